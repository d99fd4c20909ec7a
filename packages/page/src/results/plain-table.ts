import Papa from "papaparse";
import { damagedPlain } from "../messages.ts";

/** Fields by column, as they stand in the file. */
export type PlainRow = Readonly<Record<string, string>>;

/** The names in the first line. */
export function headerOf(text: string): string[] {
  return Papa.parse<string[]>(text, { delimiter: ",", preview: 1 }).data[0] ?? [];
}

/** @throws BenchError `damaged-results` naming the line that has not as many fields as the header */
export function parsePlain(path: string, text: string): PlainRow[] {
  const [header = [], ...lines] = Papa.parse<string[]>(text.replace(/\r?\n$/, ""), { delimiter: "," }).data;
  return lines.map((fields, i) => {
    if (fields.length !== header.length) throw damagedPlain(path, i + 2, fields.length, header.length);
    return Object.fromEntries(header.map((name, k) => [name, fields[k]]));
  });
}
