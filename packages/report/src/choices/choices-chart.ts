import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct, tableLines } from "../table-lines.ts";
import type { ChoiceExperiment } from "./choice-experiment.ts";
import type { ChoiceRow } from "./choice-row.ts";

/** Of one panel alone, and of one among several. */
const WIDTH = { alone: 600, beside: 240 };
const LINE = 22;
const ERRORS = 2;

const TITLES = {
  accuracy: { axis: "accuracy, %", subtitle: ["Share of right answers", "Lines: two standard errors over items"] },
  flip_rate: {
    axis: "flip rate, %",
    subtitle: [
      "Share of items answered otherwise than by BF16; less is better",
      "Lines: two standard errors over items",
    ],
  },
} as const;

/** The experiment's metric of every method and bit width, a panel for every task, in the order of the paper. */
export function choicesChart(experiment: ChoiceExperiment, rows: readonly ChoiceRow[]): TopLevelSpec {
  const { metric, title } = experiment;
  // Nothing flips to itself.
  const shown = metric === "flip_rate" ? rows.filter((row) => row.method !== "bf16") : rows;
  const lines = tableLines(experiment, shown);
  const name = (line: (typeof lines)[number]) =>
    line.method === "bf16" ? line.label : `${line.label}, ${line.bits} bits`;
  const names = lines.map(name);
  const values = lines.flatMap((line) =>
    line.rows.map((row) => {
      const reach = ERRORS * (row[`${metric}_se`] ?? 0);
      const value = row[metric];
      return {
        line: name(line),
        task: row.task,
        value,
        low: Math.max(0, value - reach),
        high: Math.min(100, value + reach),
      };
    }),
  );
  const top = Math.max(1, ...values.map(({ high }) => high));
  const bottom = metric === "flip_rate" ? 0 : Math.min(...values.map(({ low }) => low));
  const margin = (top - bottom) * 0.06;
  const domain = [Math.max(0, bottom - margin), Math.min(100, top + margin)];
  const color = {
    field: "line",
    type: "nominal",
    scale: { domain: names, range: lines.map(({ method }) => methodStyle(method).color) },
    legend: null,
  } as const;
  const x = {
    type: "quantitative",
    title: TITLES[metric].axis,
    scale: { domain, nice: false },
    axis: { tickCount: 5 },
  } as const;
  const tasks = distinct(shown.map((row) => row.task));
  const panel = (task: string, at: number) => {
    const axis = at === 0 ? { title: null, grid: false, labelLimit: 0 } : { title: null, grid: false, labels: false };
    const y = { field: "line", type: "nominal", scale: { domain: names }, axis } as const;
    const { items } = shown.find((row) => row.task === task)!;
    return {
      width: tasks.length === 1 ? WIDTH.alone : WIDTH.beside,
      height: { step: LINE },
      title: { text: `${task}, ${items} items`, frame: "group", offset: 6 },
      data: { values: values.filter((value) => value.task === task) },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, color },
        },
        {
          mark: { type: "point", filled: true, size: 70, opacity: 1 },
          encoding: { y, x: { ...x, field: "value" }, color },
        },
      ],
    };
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `${title}: ${distinct(rows.map((row) => row.model)).join(", ")}`,
      subtitle: [...TITLES[metric].subtitle],
      fontSize: 16,
      offset: 12,
    },
    hconcat: tasks.map(panel),
    config: CHART_THEME,
  } as TopLevelSpec;
}
