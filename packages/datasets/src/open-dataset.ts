import { sha256Hex } from "@sinqbench/tensor";
import type { Corpus } from "./corpus.ts";
import { rowsOfJoined, rowsOfLines } from "./line-rows.ts";
import type { DatasetManifest } from "./manifests/manifest.ts";
import { datasetDiffers, datasetNeedsRows, datasetRowsDiffer } from "./messages.ts";
import { documentsSha256 } from "./protocols/corpus-text.ts";
import { readDocuments } from "./readers/read-documents.ts";
import { holdsRows } from "./readers/read-rows.ts";
import { readText } from "./readers/read-text.ts";

/**
 * A known data set from a file at hand: its published file, the same records in another format, or, where its rows are
 * lines, the text that they make (as a file of lines, or joined). Whatever the file, it must be that data set: by the hash of
 * its joined text where the manifest has one, else by the number of its records.
 *
 * @throws BenchError `dataset-differs`, `dataset-rows-differ`, `dataset-needs-rows`, and those of reading the file
 */
export async function openDataset(manifest: DatasetManifest, path: string): Promise<Corpus> {
  const { name, label, lines, rows, textSha256, join } = manifest;
  const documents = holdsRows(path) ? await readDocuments(path, manifest.column) : await readTextRows(manifest, path);
  if (textSha256 !== undefined) {
    const found = documentsSha256(documents, join);
    if (found !== textSha256) throw datasetDiffers(name, path, found, textSha256);
  }
  if (documents.length !== rows) throw datasetRowsDiffer(name, path, documents.length, rows);
  return { name, label, documents, path, ...(lines && { emptyLine: lines.emptyRow }) };
}

async function readTextRows({ name, file, lines, textSha256 }: DatasetManifest, path: string): Promise<string[]> {
  if (lines === undefined || textSha256 === undefined) throw datasetNeedsRows(name, path, file);
  const text = await readText(path);
  const found = sha256Hex(text);
  if (found === lines.sha256) return rowsOfLines(text, lines.emptyRow);
  const rows = found === textSha256 ? rowsOfJoined(text) : undefined;
  if (rows === undefined) throw datasetDiffers(name, path, found, textSha256);
  return rows;
}
