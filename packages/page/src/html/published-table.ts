import { distinct, methodStyle, type PublishedRow, sourceNote } from "@sinqbench/report";
import { methodOfPublished, PAPER_TEXTS } from "../charts/paper-chart.ts";
import { type Html, html } from "./html.ts";
import { type Cell, methodCell, type Row, renderTable, type Table } from "./table.ts";

/** The paper's table under its heading; nothing where it has none. */
export function paperTables(published: readonly PublishedRow[], above: Html | "" = ""): Html | "" {
  if (published.length === 0) return "";
  return html`<h3>In the paper</h3>
<div class="card">${above}${renderTable(publishedTable(published))}</div>`;
}

/** A table of the paper in its own layout: a line for bits and method, columns for each model. */
function publishedTable(published: readonly PublishedRow[]): Table {
  const columns = distinct(published.map((row) => JSON.stringify([row.model, row.metric, row.unit]))).map(
    (key) => JSON.parse(key) as [model: string, metric: string, unit: string],
  );
  const lines = distinct(published.map((row) => JSON.stringify([row.bits, row.method])))
    .map((key) => JSON.parse(key) as [bits: string, method: string])
    // The checkpoint's own weights first, as in our tables.
    .sort(([a], [b]) => Number(b === "16") - Number(a === "16"));
  return {
    caption: `Published: ${sourceNote(published)}`,
    columns: [
      { title: "method" },
      { title: "bits", numeric: true },
      ...columns.map(([model, metric, unit]) => ({
        title:
          metric === "memory" ? `memory ${unit}` : (PAPER_TEXTS[metric] ?? `${metric.replaceAll("_", " ")} ${unit}`),
        numeric: true,
        group: model.split("/").at(-1) ?? model,
      })),
    ],
    rows: lines.map(([bits, method]): Row => {
      const id = methodOfPublished(method);
      return {
        method: id,
        cells: [
          methodCell(id, methodStyle(id).label),
          { text: bits, ...(bits !== "" && { sort: Number(bits) }) },
          ...columns.map(([model, metric]) =>
            publishedCell(
              published.find(
                (row) => row.bits === bits && row.method === method && row.model === model && row.metric === metric,
              ),
            ),
          ),
        ],
      };
    }),
  };
}

function publishedCell(row: PublishedRow | undefined): Cell {
  if (!row) return { text: "" };
  const remark = row.remark === "" ? "" : `; ${row.remark}`;
  return { text: row.printed, sort: row.value, title: `published.csv, line ${row.line}${remark}` };
}
