import { unknownRowFormat } from "../messages.ts";
import { readJsonRows } from "./read-json-rows.ts";
import { readParquetRows } from "./read-parquet-rows.ts";
import type { Row } from "./row.ts";

/** Whether a file holds records, by its name: Parquet, JSON or JSON lines, the latter two also with .gz. */
export function holdsRows(path: string): boolean {
  return /\.(parquet|(json|jsonl|ndjson)(\.gz)?)$/i.test(path);
}

/**
 * Records of a dataset file in the order of the file: .parquet, .json, .jsonl and .ndjson, the JSON kinds also as .gz.
 *
 * @param columns what is needed of each record; only Parquet saves by it
 * @throws BenchError `unknown-row-format`, and those of the format's reader
 */
export function readRows(path: string, columns?: readonly string[]): AsyncGenerator<Row> {
  if (!holdsRows(path)) throw unknownRowFormat(path);
  return /\.parquet$/i.test(path) ? readParquetRows(path, columns) : readJsonRows(path);
}
