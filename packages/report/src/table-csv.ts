import Papa from "papaparse";
import type { TableOptions } from "./table-columns.ts";
import { type TableGrid, tableGrids } from "./table-grid.ts";
import type { Experiment, PublishedRow, ResultRow } from "./types.ts";

/** What the names of these files end with; `.csv` alone are those with a line for every cell. */
export const TABLE_SUFFIX = ".table.csv";

/** One model's table in the paper's layout as CSV: what `markdownTable` shows, as bare numbers. */
export function tableCsv(
  experiment: Experiment,
  rows: readonly ResultRow[],
  published: readonly PublishedRow[],
  options: TableOptions,
): string {
  const [{ titles, lines }] = tableGrids(experiment, rows, published, options) as [TableGrid];
  return wideCsv(
    titles,
    lines.map(({ bits, method, cells }) => [String(bits), method, ...cells.map(({ text }) => text.replace(/^±/, ""))]),
  );
}

/** Lines of bits, method and values as CSV. */
export function wideCsv(titles: readonly string[], data: readonly (readonly string[])[]): string {
  const fields = ["bits", "method", ...titles];
  return `${Papa.unparse({ fields, data: data.map((line) => [...line]) }, { newline: "\n" })}\n`;
}
