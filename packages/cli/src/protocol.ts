import { type Protocol, parseProtocol, withWindow } from "@sinqbench/datasets";
import type { DatasetWord } from "./dataset/dataset-word.ts";

/** Tokens in a window of the paper's protocols. */
const PAPER_WINDOW = 2048;

/** The paper's window, or all positions of a model that has fewer. */
export function defaultWindow(positions: number): number {
  return Math.min(PAPER_WINDOW, positions);
}

/**
 * The protocol of a data set on a model: the one asked for by name, else the data set's own with windows that the model can
 * take. `--window` shortens either.
 */
export function protocolFor({ known, protocol }: DatasetWord, positions: number, window?: number): Protocol {
  if (protocol) return window === undefined ? protocol : withWindow(protocol, window);
  const own = parseProtocol("manifest" in known ? known.manifest.protocol : `gptq-${PAPER_WINDOW}`);
  return withWindow(own, window ?? Math.min(own.window, positions));
}
