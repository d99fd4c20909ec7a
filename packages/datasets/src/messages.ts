import { BenchError } from "@sinqbench/tensor";

export function noTokenizer(modelDir: string): BenchError {
  return new BenchError(
    "no-tokenizer",
    `${modelDir} has no tokenizer.json; download it from the model's repository, or give token ids with --tokens.`,
  );
}

export function badTokenizer(path: string, cause: unknown): BenchError {
  return new BenchError(
    "bad-tokenizer",
    `${path} is not a tokenizer that can be used (${(cause as Error).message}); download it again, or give token ids with --tokens.`,
    { cause },
  );
}

export function badWindowLength(length: number): BenchError {
  return new BenchError(
    "bad-window",
    `a window of ${length} tokens has nothing to predict; give a whole number of at least 2.`,
  );
}

export function badWindowLimit(limit: number): BenchError {
  return new BenchError("bad-window-limit", `${limit} windows cannot be scored; give a whole number of at least 1.`);
}

export function textTooShort(name: string, tokens: number, length: number): BenchError {
  return new BenchError(
    "text-too-short",
    `${name} has ${tokens} tokens, fewer than one window of ${length}; take a longer text or a shorter window.`,
  );
}

export function textTooLong(name: string, characters: number): BenchError {
  return new BenchError(
    "text-too-long",
    `${name} has ${characters} characters, too many for one text; take a protocol that draws windows from documents, such as c4-256, or a part of the file.`,
  );
}

export function unreadableText(path: string, cause: unknown): BenchError {
  return new BenchError(
    "unreadable-text",
    `${path} cannot be read (${(cause as Error).message}); check that it is a text file you may read.`,
    { cause },
  );
}

export function notUtf8(path: string): BenchError {
  return new BenchError("not-utf8", `${path} is not UTF-8 text; convert it to UTF-8.`);
}

export function badTokenRows(path: string, shape: readonly number[]): BenchError {
  return new BenchError(
    "bad-token-rows",
    `${path}: "input_ids" has shape [${shape.join(", ")}], expected [windows, length] with at least 1 window of 2 tokens; store one window a row.`,
  );
}

export function negativeToken(path: string, index: number, id: number): BenchError {
  return new BenchError(
    "negative-token",
    `${path}: element ${index} of "input_ids" is ${id}, and a token id is never negative; store windows without padding.`,
  );
}

export function damagedGzip(path: string, cause: unknown): BenchError {
  return new BenchError(
    "damaged-gzip",
    `${path} is cut off or no gzip file (${(cause as Error).message}); download it again.`,
    { cause },
  );
}

export function unknownRowFormat(path: string): BenchError {
  return new BenchError(
    "unknown-row-format",
    `${path}: records are read from .parquet, .json, .jsonl and .ndjson files, the JSON kinds also as .gz; convert it, or give a text with --text.`,
  );
}

export function badJsonRows(path: string): BenchError {
  return new BenchError(
    "bad-json-rows",
    `${path} holds no records: expected one JSON object a line, an array of objects or texts, or an object with "rows".`,
  );
}

export function badJsonRow(path: string, number: number): BenchError {
  return new BenchError(
    "bad-json-row",
    `${path}: record ${number} is not a JSON object; the file may be cut off, download it again.`,
  );
}

export function badParquet(path: string, cause: unknown): BenchError {
  return new BenchError(
    "bad-parquet",
    `${path} cannot be read as Parquet (${(cause as Error).message}); download it again.`,
    { cause },
  );
}

export function badTextColumn(path: string, column: string, number: number): BenchError {
  return new BenchError(
    "bad-text-column",
    `${path}: record ${number} has no text in the column "${column}"; give a file with that column.`,
  );
}

export function noRecords(path: string): BenchError {
  return new BenchError("no-records", `${path} holds no record; give a file with text.`);
}

export function unknownProtocol(name: string, known: readonly string[]): BenchError {
  return new BenchError("unknown-protocol", `no protocol is called "${name}"; known are ${known.join(", ")}.`);
}

export function documentsTooShort(name: string, documents: number, window: number): BenchError {
  return new BenchError(
    "documents-too-short",
    `none of the ${documents} documents of ${name} has more than ${window} tokens, so no window can be drawn; take a shorter window or the protocol gptq-${window}.`,
  );
}

export function documentBeyond(name: string, document: number, documents: number): BenchError {
  return new BenchError(
    "document-beyond",
    `the list of windows names document ${document} of ${name}, which has ${documents}; give the whole C4 validation shard.`,
  );
}

export function datasetDiffers(name: string, path: string, found: string, expected: string): BenchError {
  return new BenchError(
    "dataset-differs",
    `${path} is not ${name}: its text has sha256 ${found}, expected ${expected}; give the published file, or score this text under its own name with --text.`,
  );
}

export function datasetRowsDiffer(name: string, path: string, found: number, expected: number): BenchError {
  return new BenchError(
    "dataset-rows-differ",
    `${path} is not ${name}: it has ${found} records, expected ${expected}; give the published file, or score this text under its own name with --text.`,
  );
}

export function datasetNeedsRows(name: string, path: string, file: string): BenchError {
  return new BenchError(
    "dataset-needs-rows",
    `${path} does not tell the documents of ${name} apart; give its published file (${file}) or the same records as .parquet or .jsonl.`,
  );
}
