import { readFileSync } from "node:fs";
import type { DatasetManifest } from "./manifest.ts";

const names = ["wikitext2", "c4", "c4-train"] as const;

/** Path of a file in the repository's `datasets` folder. */
export const datasetsFile = (name: string): URL => new URL(`../../../../datasets/${name}`, import.meta.url);

/** The text data sets that are known by name: those of the paper's tables first. */
export function datasetManifests(): readonly DatasetManifest[] {
  return names.map((name) => JSON.parse(readFileSync(datasetsFile(`${name}.json`), "utf8")) as DatasetManifest);
}
