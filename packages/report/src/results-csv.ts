import { writeFileAtomic } from "@sinqbench/tensor";
import { resultNotFinite } from "./messages.ts";
import { RESULT_COLUMN_NAMES, RESULT_COLUMNS } from "./result-columns.ts";
import { readTidyCsv, tidyCsv } from "./tidy-table.ts";
import type { ResultRow } from "./types.ts";

/**
 * Rows as CSV text: a header, one line per cell, "\n" line ends, fixed decimals per column (see `RESULT_COLUMNS`),
 * null as an empty field. The same rows give the same bytes.
 *
 * @throws BenchError `result-not-finite` naming the row and column of a NaN or infinity
 */
export function resultsCsv(rows: readonly ResultRow[]): string {
  return tidyCsv(RESULT_COLUMNS, rows, checkFinite);
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
export function readResultsCsv(path: string): Promise<ResultRow[]> {
  return readTidyCsv(RESULT_COLUMNS, path);
}

/** Rows under the CSV's column names and in its order, numbers in full precision: what `--json` writes. */
export function resultsJson(rows: readonly ResultRow[]): ResultRow[] {
  return rows.map((row) => {
    for (const name of RESULT_COLUMN_NAMES) {
      const value = row[name];
      if (typeof value === "number") checkFinite(row, name, value);
    }
    return Object.fromEntries(RESULT_COLUMN_NAMES.map((name) => [name, row[name]])) as unknown as ResultRow;
  });
}

function checkFinite(row: ResultRow, name: keyof ResultRow, value: number): void {
  if (!Number.isFinite(value)) throw resultNotFinite(row.model, row.method, row.bits, row.dataset, name);
}
