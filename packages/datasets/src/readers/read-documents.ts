import { badTextColumn, noRecords } from "../messages.ts";
import { readRows } from "./read-rows.ts";

/**
 * The texts of a file of records, in order.
 *
 * @throws BenchError `bad-text-column`, `no-records`, and those of `readRows`
 */
export async function readDocuments(path: string, column: string): Promise<string[]> {
  const documents: string[] = [];
  for await (const row of readRows(path, [column])) {
    const text = row[column];
    if (typeof text !== "string") throw badTextColumn(path, column, documents.length + 1);
    documents.push(text);
  }
  if (documents.length === 0) throw noRecords(path);
  return documents;
}
