import { distinct, fixed, imbalanceSpreads, imbalanceSubject, imbalanceTypes } from "@sinqbench/report";
import type { PageChart } from "../charts/chart.ts";
import { imbalanceCharts, PRESETS } from "../charts/imbalance-charts.ts";
import type { ImbalanceTable } from "../results/read-results.ts";
import { figure } from "./figure.ts";
import { html } from "./html.ts";
import { type Section, sectionOf } from "./section.ts";
import { renderTable, type Table } from "./table.ts";

const OF = [
  { of: "tile", title: "Tiles: the median of a layer's tiles, which the iterations work on" },
  { of: "matrix", title: "Whole matrix: its tiles put together again" },
] as const;

const ABOUT =
  "Imbalance is the largest over the smallest standard deviation of a matrix's rows and columns: 1 is perfectly even. It is what SINQ drives down before it rounds. A layer counts once: medians over blocks say nothing of the one layer that quantizes worst, which the CSV names.";

/** What SINQ's normalization does to a model's matrices, iteration by iteration. */
export function imbalanceSection(id: string, tables: readonly ImbalanceTable[]): Section {
  const charts: PageChart[] = [];
  const title = "Matrix imbalance by Sinkhorn iteration";
  const models = tables.map((table, i) => {
    const rows = OF.map(({ of, title }) => {
      const types = imbalanceTypes(table.rows);
      const drawn = imbalanceCharts(`${id}-${i}`, table, of);
      charts.push(...drawn);
      return html`<h4>${title}</h4>
<div class="grid small">${drawn.map((chart, k) => figure(chart, types[k]))}</div>`;
    });
    const keys = PRESETS.map(
      ({ label, color, dash }) =>
        html`<span class="key"><svg width="30" height="8" aria-hidden="true"><line x1="0" x2="30" y1="4" y2="4" stroke="${color}" stroke-width="2" stroke-dasharray="${dash[1] === 0 ? "none" : dash.join(" ")}"/></svg> ${label}</span>`,
    );
    return {
      model: table.model,
      charts: html`<div class="card"><p class="note">${imbalanceSubject(table.rows)}. Lines: median over blocks; bands: quartiles; across: iterations. ${keys}</p>
${rows}</div>`,
      table: renderTable(spreadTable(table)),
    };
  });
  return sectionOf({ id, title, about: ABOUT }, models, charts);
}

/** Medians and quartiles before and after, a line for each layer type and preset. */
function spreadTable({ rows, model, path }: ImbalanceTable): Table {
  const spreads = imbalanceSpreads(rows);
  const last = Math.max(...rows.map((row) => row.iterations));
  const cells = (of: string, type: string, preset: string, iterations: number) => {
    const found = spreads.find(
      (spread) =>
        spread.of === of && spread.type === type && spread.preset === preset && spread.iterations === iterations,
    );
    return found
      ? [
          { text: fixed(found.median, 3), sort: found.median },
          { text: `${fixed(found.low, 2)} to ${fixed(found.high, 2)}`, sort: found.low },
        ]
      : [{ text: "" }, { text: "" }];
  };
  const group = (name: string) => [
    { title: "median", numeric: true, group: name },
    { title: "quartiles", numeric: true, group: name },
  ];
  return {
    caption: `Measured: ${model} (${path})`,
    columns: [
      { title: "layer" },
      { title: "preset" },
      ...group("tiles, before"),
      ...group(`tiles, after ${last}`),
      ...group("matrix, before"),
      ...group(`matrix, after ${last}`),
    ],
    rows: imbalanceTypes(rows).flatMap((type) =>
      distinct(rows.map((row) => row.preset)).map((preset) => ({
        cells: [
          { text: type },
          { text: preset },
          ...OF.flatMap(({ of }) => [...cells(of, type, preset, 0), ...cells(of, type, preset, last)]),
        ],
      })),
    ),
  };
}
