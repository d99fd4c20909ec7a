import { readFileSync } from "node:fs";

/** A text of the paper's tables, as `datasets/<name>.json` describes it. */
export interface PaperDataset {
  readonly name: string;
  readonly label: string;
  /** Hub id of the dataset. */
  readonly repository: string;
  readonly subset: string;
  readonly split: string;
  /** Column whose rows are joined by `join` into one text. */
  readonly column: string;
  readonly join: string;
  readonly rows: number;
  readonly bytes: number;
  readonly textSha256: string;
  /** Protocol under which the paper scores it. */
  readonly protocol: string;
  readonly licence: string;
}

const names = ["wikitext2"] as const;

/** The texts of the paper's tables whose identity is known. */
export function paperDatasets(): readonly PaperDataset[] {
  return names.map((name) => {
    const manifest = new URL(`../../../datasets/${name}.json`, import.meta.url);
    return JSON.parse(readFileSync(manifest, "utf8")) as PaperDataset;
  });
}

/** The paper's text with this hash (all 64 hexadecimal digits, or the first 16 that a result row keeps), whatever its file is called. */
export function paperDatasetOf(textSha256: string): PaperDataset | undefined {
  return paperDatasets().find((dataset) => textSha256.length >= 16 && dataset.textSha256.startsWith(textSha256));
}

/**
 * Whether an input is one of the paper's: its name, the sha256 of its text and the protocol all as published. Only then
 * may its results stand beside published numbers.
 *
 * @param textSha256 as {@link paperDatasetOf} takes it
 */
export function isPaperInput(name: string, textSha256: string, protocol: string): boolean {
  const dataset = paperDatasetOf(textSha256);
  return dataset?.name === name && dataset.protocol === protocol;
}
