import { readFileSync } from "node:fs";
import { sha256Hex } from "@sinqbench/tensor";
import { datasetsFile } from "../manifests/read-manifests.ts";

/** Where a window of a frozen list begins. */
export interface ListedWindow {
  /** Index of the document. */
  readonly document: number;
  /** Token of the document at which the window begins. */
  readonly offset: number;
}

const list = () => readFileSync(datasetsFile("c4-windows.csv"), "utf8");

/** sha256 of the list's file. */
export const frozenWindowsSha256 = (): string => sha256Hex(list());

/** The list that the published code reads, `datasets/c4-windows.csv`. */
export function frozenWindows(): readonly ListedWindow[] {
  const [, ...lines] = list().trimEnd().split("\n");
  return lines.map((line) => {
    const [document, offset] = line.split(",").map(Number);
    return { document: document!, offset: offset! };
  });
}
