import { basename, extname } from "node:path";
import type { Corpus } from "./corpus.ts";
import { paperDatasetOf } from "./manifests/paper-input.ts";
import { datasetManifests } from "./manifests/read-manifests.ts";
import { documentsSha256 } from "./protocols/corpus-text.ts";
import { readDocuments } from "./readers/read-documents.ts";
import { holdsRows } from "./readers/read-rows.ts";
import { readText } from "./readers/read-text.ts";
import type { TextDataset } from "./text-dataset.ts";

/** The column that holds the text in a file of records of one's own. */
const TEXT_COLUMN = "text";

/** A text as a corpus of one document. */
export async function textCorpus({ name, label, load }: Pick<TextDataset, "name" | "label" | "load">): Promise<Corpus> {
  return { name, label, documents: [await load()] };
}

/**
 * The corpus of a file of one's own: a text file is one document, a file of records (.parquet, .jsonl, .json) as many as it
 * has, from the column "text". It is named after the file, without folder and extensions, unless the hash of its text
 * says that it is one of the paper's.
 *
 * @throws BenchError `unreadable-text`, `not-utf8`, and those of `readDocuments`
 */
export async function fileCorpus(path: string): Promise<Corpus> {
  const documents = holdsRows(path) ? await readDocuments(path, TEXT_COLUMN) : [await readText(path)];
  const known = paperDatasetOf(documentsSha256(documents));
  if (known) return { name: known.name, label: known.label, documents, path };
  const file = basename(path).replace(/\.gz$/i, "");
  const own = basename(file, extname(file));
  // The name of a known data set would promise its text.
  const name = datasetManifests().some((manifest) => manifest.name === own) ? `${own}-file` : own;
  return { name, label: name, documents, path };
}
