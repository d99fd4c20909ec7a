import { distinct, fixed, type TableLine, tableLines } from "@sinqbench/report";
import { OBJECTIVES, objectiveCharts } from "../charts/objective-charts.ts";
import type { PlainRecord } from "../page-options.ts";
import type { ObjectiveTable } from "../results/read-results.ts";
import { bitsInWords, signed } from "../words.ts";
import { figure } from "./figure.ts";
import { html } from "./html.ts";
import { type Section, sectionOf } from "./section.ts";
import { methodCell, renderTable, type Table } from "./table.ts";

/** What a normalization should make small: four measures of what settings round, against the loss that they add. */
export function objectiveSection(
  id: string,
  record: PlainRecord | undefined,
  tables: readonly ObjectiveTable[],
): Section {
  const { title = id, about = "" } = record ?? {};
  const parts = tables.map((table, i) => {
    const { rows } = table;
    const own = rows.filter((row) => row.method !== "bf16");
    const lines = tableLines(
      { methods: distinct(own.map((row) => row.method)), bits: distinct(own.map((row) => row.bits)) },
      own,
    );
    return { table, lines, drawn: objectiveCharts(`${id}-${i}`, table, lines) };
  });
  const models = parts.map(({ table, lines, drawn }) => ({
    model: table.model,
    charts: html`${drawn.map(
      ({ dataset, bits, charts }) => html`<div class="card"><h4>${dataset}, ${bitsInWords(bits)}</h4>
<p class="note">A mark for every setting, with one standard error; diamonds: options other than the usual, squares: 2D tiles.</p>
<div class="grid four">${charts.map(({ title, chart }) => figure(chart, title))}</div></div>`,
    )}`,
    table: renderTable(objectiveTable(table, lines)),
  }));
  const charts = parts.flatMap(({ drawn }) => drawn.flatMap((one) => one.charts.map(({ chart }) => chart)));
  return sectionOf({ id, title, about }, models, charts);
}

function objectiveTable(
  { model, path }: ObjectiveTable,
  lines: readonly TableLine<ObjectiveTable["rows"][number]>[],
): Table {
  const numeric = [...OBJECTIVES.map(({ title }) => title.replace(/ of .*/, "")), "loss above BF16", "\u00b1 std err"];
  return {
    caption: `Measured: ${model} (${path})`,
    columns: [
      { title: "method" },
      { title: "bits", numeric: true },
      { title: "text" },
      ...numeric.map((title) => ({ title, numeric: true })),
    ],
    rows: lines.flatMap((line) =>
      line.rows.map((row) => ({
        method: row.method,
        cells: [
          methodCell(row.method, line.label),
          { text: String(row.bits) },
          { text: row.dataset },
          ...OBJECTIVES.map(({ name }) => ({ text: fixed(row[name], 4) })),
          { text: signed(row.delta_nll, 5) },
          { text: row.delta_nll_se === null ? "" : fixed(row.delta_nll_se, 5) },
        ],
      })),
    ),
  };
}
