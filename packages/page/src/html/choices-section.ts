import {
  type ChoiceExperiment,
  type ChoiceMetric,
  type ChoiceRow,
  distinct,
  fixed,
  methodStyle,
  publishedRows,
  tableLines,
} from "@sinqbench/report";
import { type Fact, type PageChart, pageChart } from "../charts/chart.ts";
import { type DotDatum, dotChart } from "../charts/dot-chart.ts";
import { lineKey, methodLines } from "../charts/experiment-charts.ts";
import type { ChoicesTable } from "../results/read-results.ts";
import { bitsInWords, memoryInWords, plusMinus } from "../words.ts";
import { figure } from "./figure.ts";
import { html } from "./html.ts";
import { paperTables } from "./published-table.ts";
import { type Section, sectionOf } from "./section.ts";
import { type Cell, methodCell, renderTable, type Table } from "./table.ts";

const METRICS = {
  accuracy: "accuracy, %; higher is better",
  accuracy_norm: "accuracy normalized by length, %; higher is better",
  flip_rate: "answers that differ from BF16's, %; lower is better",
} as const;

/** Multiple-choice tasks: the experiment's metric of every method, and all that was measured, beside the paper's. */
export function choicesSection(experiment: ChoiceExperiment, tables: readonly ChoicesTable[]): Section {
  const { id, title, about, metric, paperTable } = experiment;
  const charts = tables.flatMap((table, i) => choiceCharts(`${id}-${i}`, experiment, table, metric));
  const published = publishedRows({ table: paperTable });
  const models = tables.map((table) => ({
    model: table.model,
    charts: html`<div class="card"><p class="note">bars: one standard error over items</p>
<div class="grid pair">${charts.filter((one) => one.table === table).map(({ chart, task }) => figure(chart, task))}</div></div>`,
    table: renderTable(choicesTable(experiment, table)),
  }));
  return sectionOf(
    { id, title, about },
    models,
    charts.map(({ chart }) => chart),
    paperTables(published),
  );
}

function choiceCharts(id: string, experiment: ChoiceExperiment, table: ChoicesTable, metric: ChoiceMetric) {
  // Nothing differs from itself.
  const shown = table.rows.filter((row) => metric !== "flip_rate" || row.method !== "bf16");
  const lines = tableLines(experiment, shown);
  return distinct(shown.map((row) => row.task)).map(
    (task, k): { table: ChoicesTable; task: string; chart: PageChart } => {
      const data = lines.flatMap((line) =>
        line.rows
          .filter((row) => row.task === task)
          .map((row): DotDatum => {
            const [value, error] = [row[metric], row[`${metric}_se`] ?? 0];
            return {
              line: lineKey(line),
              method: row.method,
              value,
              low: Math.max(0, Number((value - error).toFixed(4))),
              high: Math.min(100, Number((value + error).toFixed(4))),
              label: fixed(value, 1),
              facts: choiceFacts(row, line.label, table.path),
            };
          }),
      );
      const words = data.map((datum) => `${datum.line} ${datum.label}`).join("; ");
      const description = `${experiment.title}, ${table.model} on ${task}: ${METRICS[metric]}. ${words}.`;
      const chart = pageChart(
        `${id}-${k}`,
        description,
        data,
        dotChart({ xTitle: METRICS[metric], lines: methodLines(lines), data }),
      );
      return { table, task, chart };
    },
  );
}

function choiceFacts(row: ChoiceRow, method: string, path: string): Fact[] {
  const stored = [row.group_size && `group size ${row.group_size}`, row.tiling, row.aux && `${row.aux} scales`];
  return [
    ["", `${method}${row.method === "bf16" ? "" : `, ${bitsInWords(row.bits)}`}`],
    ["task", `${row.task}, ${row.items} items`],
    ["accuracy", `${fixed(row.accuracy, 2)} %${plusMinus(row.accuracy_se, 2)}`],
    ["normalized", `${fixed(row.accuracy_norm, 2)} %${plusMinus(row.accuracy_norm_se, 2)}`],
    ["flip rate", `${fixed(row.flip_rate, 2)} %${plusMinus(row.flip_rate_se, 2)}`],
    ["bits per weight", fixed(row.bits_per_weight, 3)],
    ...(row.method === "bf16" ? [] : [["stored as", stored.filter(Boolean).join(", ")] as const]),
    ...(row.options === null ? [] : [["options", row.options] as const]),
    ["items sha256", row.items_sha256],
    ["file", path],
  ];
}

function choicesTable(experiment: ChoiceExperiment, { rows, model, path }: ChoicesTable): Table {
  const number = (value: number | null, decimals: number): Cell =>
    value === null ? { text: "" } : { text: fixed(value, decimals), sort: value };
  const numeric = ["accuracy %", "± std err", "normalized %", "± std err", "flip rate %", "± std err"];
  return {
    caption: `Measured: ${model} (${path})`,
    columns: [
      { title: "method" },
      { title: "bits", numeric: true },
      { title: "task" },
      { title: "items", numeric: true },
      ...numeric.map((title) => ({ title, numeric: true })),
      { title: "bits per weight", numeric: true },
      { title: "memory GB", numeric: true },
    ],
    rows: tableLines(experiment, rows).flatMap((line) =>
      line.rows.map((row) => ({
        method: row.method,
        cells: [
          methodCell(row.method, row.method === "bf16" ? methodStyle("bf16").label : line.label),
          number(row.bits, 0),
          { text: row.task },
          number(row.items, 0),
          number(row.accuracy, 2),
          number(row.accuracy_se, 2),
          number(row.accuracy_norm, 2),
          number(row.accuracy_norm_se, 2),
          number(row.flip_rate, 2),
          number(row.flip_rate_se, 2),
          number(row.bits_per_weight, 3),
          { text: memoryInWords(row.memory_gb), sort: row.memory_gb },
        ],
      })),
    ),
  };
}
