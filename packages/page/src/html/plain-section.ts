import { methodStyle, publishedRows } from "@sinqbench/report";
import type { PlainRecord } from "../page-options.ts";
import { isOfModel, type PlainTable } from "../results/read-results.ts";
import { paperTables } from "./published-table.ts";
import { type Section, sectionOf } from "./section.ts";
import { type Column, methodCell, renderTable, type Table } from "./table.ts";

/** Results of a kind that has no chart here: the files as they are, sortable and filterable like all, above the paper's table. */
export function plainSection(id: string, record: PlainRecord | undefined, tables: readonly PlainTable[]): Section {
  const { title = id, about = "", paperTable } = record ?? {};
  const published = paperTable === undefined ? [] : publishedRows({ table: paperTable });
  const models = tables.map((table) => ({
    model: isOfModel(table) ? table.model : undefined,
    charts: "" as const,
    table: renderTable(plainTable(table)),
  }));
  return sectionOf({ id, title, about }, models, [], paperTables(published));
}

/** More rows would make the page large and say less; the file has them all. */
const MOST_ROWS = 200;

function plainTable({ columns, rows: all, model, path }: PlainTable): Table {
  const rows = all.slice(0, MOST_ROWS);
  const shownOf = all.length > rows.length ? `, the first ${rows.length} of ${all.length} rows` : "";
  const shown = columns.filter((name) => name !== "model");
  const numeric = (name: string) => rows.every((row) => row[name] === "" || Number.isFinite(Number(row[name])));
  return {
    caption: `Measured: ${model} (${path}${shownOf})`,
    columns: shown.map((name): Column => ({ title: name.replaceAll("_", " "), numeric: numeric(name) })),
    rows: rows.map((row) => ({
      ...(row.method !== undefined && { method: row.method }),
      cells: shown.map((name) =>
        name === "method"
          ? methodCell(row[name], methodStyle(row[name]).label)
          : { text: row[name], ...(numeric(name) && row[name] !== "" && { sort: Number(row[name]) }) },
      ),
    })),
  };
}
