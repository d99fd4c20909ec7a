import { distinct, fixed, type LayerRow } from "@sinqbench/report";
import { median } from "@sinqbench/tensor";
import { layerCharts, layerMarks } from "../charts/layer-charts.ts";
import type { LayersTable } from "../results/read-results.ts";
import { figure } from "./figure.ts";
import { html } from "./html.ts";
import { type Section, sectionOf } from "./section.ts";
import { type Column, renderTable, type Table } from "./table.ts";

const ABOUT = `Imbalance and kurtosis are the two things that a normalization could make small. Here they stand beside what rounding does to every linear layer: marks below the line at 1 are layers whose outputs SINQ leaves nearer to the original's than RTN does.

A layer's own error says little of what it does to the loss: the tables of perplexities do. R\u00b2 tells how far SINQ's second scale, which sees no input, follows the inputs' magnitudes.`;

/** Linear layers one by one: what normalization meets in them and does to them. */
export function layersSection(id: string, tables: readonly LayersTable[]): Section {
  const drawn = tables.map((table, i) => layerCharts(`${id}-${i}`, table));
  const models = tables.map((table, i) => {
    const keys = layerMarks(table.rows).map(
      ({ type, color, shape }) =>
        html`<span class="key"><svg width="11" height="11" viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true"><path d="${shape}" fill="${color}"/></svg> ${type}</span>`,
    );
    return {
      model: table.model,
      charts: html`<div class="card"><p class="note">${table.rows.length} layers at ${table.rows[0].bits} bits, group size ${table.rows[0].group_size}. ${keys}</p>
<div class="grid pair">${drawn[i].map(({ title, chart }) => figure(chart, title))}</div></div>`,
      table: renderTable(typesTable(table)),
    };
  });
  const charts = drawn.flatMap((own) => own.map(({ chart }) => chart));
  return sectionOf({ id, title: "Layers: what normalization meets and does", about: ABOUT }, models, charts);
}

const COLUMNS = [
  ["imbalance_before", "as it is", "imbalance", 2],
  ["imbalance_after", "after SINQ", "imbalance", 2],
  ["kurtosis_before", "as it is", "kurtosis", 2],
  ["kurtosis_after", "after SINQ", "kurtosis", 2],
  ["kurtosis_awq", "AWQ", "kurtosis", 2],
  ["kurtosis_asinq", "A-SINQ", "kurtosis", 2],
  ["r2_column_scale", "R\u00b2", "", 3],
  ["weight_error_rtn", "RTN", "weight error", 4],
  ["weight_error_sinq", "SINQ", "weight error", 4],
  ["output_error_rtn", "RTN", "output error", 4],
  ["output_error_sinq", "SINQ", "output error", 4],
] as const satisfies readonly (readonly [keyof LayerRow, string, string, number])[];

/** Medians over a type's layers. */
function typesTable({ rows, model, path }: LayersTable): Table {
  return {
    caption: `Measured: ${model}, medians by type of layer (${path} has every layer)`,
    columns: [
      { title: "type" },
      { title: "layers", numeric: true },
      ...COLUMNS.map(([, title, group]): Column => ({ title, numeric: true, ...(group !== "" && { group }) })),
      { title: "SINQ nearer in", numeric: true },
    ],
    rows: distinct(rows.map((row) => row.type)).map((type) => {
      const own = rows.filter((row) => row.type === type);
      const nearer = own.filter((row) => row.output_error_sinq < row.output_error_rtn).length;
      return {
        cells: [
          { text: type },
          { text: String(own.length), sort: own.length },
          ...COLUMNS.map(([name, , , decimals]) => {
            const value = median(own.map((row) => row[name]));
            return { text: fixed(value, decimals), sort: value };
          }),
          { text: `${nearer} of ${own.length}`, sort: nearer / own.length },
        ],
      };
    }),
  };
}
