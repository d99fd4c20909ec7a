import type { DatasetManifest } from "./manifest.ts";
import { datasetManifests } from "./read-manifests.ts";

/** The data set whose joined text has this hash (all 64 hexadecimal digits, or the first 16 that a result row keeps), whatever its file is called. */
export function paperDatasetOf(textSha256: string): DatasetManifest | undefined {
  return datasetManifests().find((known) => textSha256.length >= 16 && known.textSha256?.startsWith(textSha256));
}

/**
 * Whether an input is one of the paper's: its name, text and protocol all as published. Only then may its results stand
 * beside published numbers. A text whose hash is known is told by it; of the others the name says enough, because only
 * `openDataset` gives it, after counting the rows.
 *
 * @param textSha256 as {@link paperDatasetOf} takes it
 */
export function isPaperInput(name: string, textSha256: string, protocol: string): boolean {
  const known = datasetManifests().find((manifest) => manifest.name === name);
  if (!known?.paperProtocols.includes(protocol)) return false;
  return known.textSha256 === undefined || paperDatasetOf(textSha256) !== undefined;
}
