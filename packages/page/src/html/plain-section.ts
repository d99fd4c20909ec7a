import { methodStyle } from "@sinqbench/report";
import type { PlainTable } from "../results/read-results.ts";
import { filterBox, type Section } from "./experiment-section.ts";
import { html } from "./html.ts";
import { type Column, methodCell, renderTable, type Table } from "./table.ts";

/** Results of a kind that has no chart here: the files as they are, sortable and filterable like all. */
export function plainSection(id: string, title: string, about: string, tables: readonly PlainTable[]): Section {
  return {
    id,
    title,
    charts: [],
    html: html`<section id="${id}" class="block" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${about !== "" && html`<div class="about">${about.split("\n\n").map((paragraph) => html`<p>${paragraph}</p>`)}</div>`}
${tables.map((table, i) => html`<h3>${table.model}</h3><div class="card">${i === 0 && filterBox(id)}${renderTable(plainTable(table))}</div>`)}
</section>`,
  };
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
