import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "@sinqbench/tensor";
import Papa from "papaparse";
import { damagedTable, resultNotFinite, unreadableTable, wrongColumns } from "./messages.ts";
import { fixed, RESULT_COLUMN_NAMES, RESULT_COLUMNS } from "./result-columns.ts";
import type { ResultRow } from "./types.ts";

/**
 * Rows as CSV text: a header, one line per cell, "\n" line ends, fixed decimals per column (see {@link RESULT_COLUMNS}),
 * null as an empty field. The same rows give the same bytes.
 *
 * @throws BenchError `result-not-finite` naming the row and column of a NaN or infinity
 */
export function resultsCsv(rows: readonly ResultRow[]): string {
  const data = rows.map((row) => RESULT_COLUMN_NAMES.map((name) => field(row, name)));
  return `${Papa.unparse({ fields: RESULT_COLUMN_NAMES, data }, { newline: "\n" })}\n`;
}

/** Writes {@link resultsCsv} to `path`, whole or not at all. */
export function writeResultsCsv(path: string, rows: readonly ResultRow[]): Promise<void> {
  return writeFileAtomic(path, resultsCsv(rows));
}

/**
 * Reads what {@link writeResultsCsv} wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export async function readResultsCsv(path: string): Promise<ResultRow[]> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadableTable(path, cause);
  });
  const [header = [], ...lines] = Papa.parse<string[]>(text.replace(/\r?\n$/, ""), { delimiter: "," }).data;
  if (header.join() !== RESULT_COLUMN_NAMES.join()) throw wrongColumns(path, RESULT_COLUMN_NAMES, header);
  return lines.map((fields, i) => parseRow(path, i + 2, fields));
}

/** Rows under the CSV's column names and in its order, numbers in full precision: what `--json` writes. */
export function resultsJson(rows: readonly ResultRow[]): ResultRow[] {
  return rows.map((row) => {
    for (const name of RESULT_COLUMN_NAMES) checkFinite(row, name);
    return Object.fromEntries(RESULT_COLUMN_NAMES.map((name) => [name, row[name]])) as unknown as ResultRow;
  });
}

function field(row: ResultRow, name: keyof ResultRow): string {
  checkFinite(row, name);
  const value = row[name];
  const { type } = RESULT_COLUMNS[name];
  if (value === null) return "";
  return typeof value === "number" && type !== "text" ? fixed(value, type) : String(value);
}

function checkFinite(row: ResultRow, name: keyof ResultRow): void {
  const value = row[name];
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw resultNotFinite(row.model, row.method, row.bits, row.dataset, name);
  }
}

function parseRow(path: string, line: number, fields: readonly string[]): ResultRow {
  if (fields.length !== RESULT_COLUMN_NAMES.length) {
    throw damagedTable(path, line, `${fields.length} fields where the header has ${RESULT_COLUMN_NAMES.length}`);
  }
  const entries = RESULT_COLUMN_NAMES.map((name, i) => [name, parseField(path, line, name, fields[i])]);
  return Object.fromEntries(entries) as unknown as ResultRow;
}

function parseField(path: string, line: number, name: keyof ResultRow, text: string): string | number | null {
  const { type, optional } = RESULT_COLUMNS[name];
  if (text === "") {
    if (optional) return null;
    throw damagedTable(path, line, `${name} is empty`);
  }
  if (type === "text") return text;
  const value = Number(text);
  if (!Number.isFinite(value)) throw damagedTable(path, line, `${name} is ${JSON.stringify(text)}, not a number`);
  return value;
}
