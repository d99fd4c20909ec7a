import { distinct, methodStyle, type ResultRow } from "@sinqbench/report";
import type { Mark } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { PerplexityTable } from "../results/read-results.ts";
import { rowFacts } from "../words.ts";
import { CELLS, CHART_WIDTH, cellOpacity, FADED, FOLLOW, FOLLOWED, type PageChart, pageChart } from "./chart.ts";
import { INK, LINE, methodColor, PAGE_FONT, PAGE_THEME } from "./theme.ts";

const HEIGHT = 330;
const BARS = "bars_marks";

/** Names beside the points, where there is room: Vega-Lite has no such placing, Vega has. */
const WORDS: Mark = {
  type: "text",
  from: { data: `${CELLS}_marks` },
  interactive: false,
  encode: {
    update: {
      text: { field: "datum.name" },
      font: { value: PAGE_FONT },
      fontSize: { value: 11.5 },
      fill: { value: INK },
      fillOpacity: { signal: `(${FOLLOWED.replaceAll("datum.", "datum.datum.")}) ? 1 : ${FADED}` },
    },
  },
  transform: [
    {
      type: "label",
      size: { signal: "[width, height]" },
      anchor: ["right", "left", "top-right", "bottom-right", "top-left", "bottom-left", "top", "bottom"],
      offset: [3, 3, 1, 1, 1, 1, 3, 3],
      avoidMarks: [BARS],
      padding: 0,
    },
  ],
};

/** What a text's methods cost and lose: measured bits per weight against the loss above BF16. */
export function tradeOffChart(
  id: string,
  title: string,
  tables: readonly PerplexityTable[],
  ofText: (row: ResultRow) => boolean,
): PageChart | undefined {
  const once = new Map<string, { row: ResultRow; path: string }>();
  for (const { rows, path } of tables) {
    for (const row of rows.filter(ofText)) {
      if (row.method === "bf16" || row.delta_nll === null) continue;
      const key = JSON.stringify([row.method, row.bits_per_weight, row.delta_nll, row.calibration]);
      if (!once.has(key)) once.set(key, { row, path });
    }
  }
  const points = [...once.values()].map(({ row, path }) => ({
    method: row.method,
    color: methodColor(row.method),
    name: methodStyle(row.method).label,
    bits: row.bits_per_weight,
    loss: row.delta_nll ?? 0,
    low: round((row.delta_nll ?? 0) - (row.delta_nll_se ?? 0)),
    high: round((row.delta_nll ?? 0) + (row.delta_nll_se ?? 0)),
    facts: rowFacts(row, methodStyle(row.method).label, path),
  }));
  if (points.length < 2) return undefined;
  const low = Math.min(0, ...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const margin = 0.05 * (high - low);
  const domain = [round(low - margin), round(high + margin)];
  const bits = points.map((point) => point.bits);
  const x = {
    type: "quantitative",
    title: "measured bits per weight",
    scale: {
      domain: [round(Math.min(...bits) - 0.1), round(Math.max(...bits) + 0.1)] as number[],
      nice: false,
      zero: false,
    },
    axis: { tickCount: { expr: "max(2, floor(width / 55))" }, labelFlush: true, titleAnchor: "end" },
  } as const;
  const y = {
    type: "quantitative",
    title: "loss above BF16, nats per token",
    scale: { domain, nice: false },
    axis: { tickCount: 6, format: "~f" },
  } as const;
  const color = { field: "color", type: "nominal", scale: null } as const;
  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    params: [{ name: FOLLOW, value: "" }],
    data: { values: points },
    width: CHART_WIDTH,
    height: HEIGHT,
    autosize: { type: "fit-x", contains: "padding" },
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", color: LINE, strokeWidth: 2 },
        encoding: { y: { ...y, field: "zero" } },
      },
      {
        name: "bars",
        mark: { type: "rule", strokeWidth: 2, cursor: "pointer" },
        encoding: {
          x: { ...x, field: "bits" },
          y: { ...y, field: "low" },
          y2: { field: "high" },
          color,
          opacity: cellOpacity,
        },
      },
      {
        name: CELLS,
        mark: { type: "point", filled: true, size: 80, opacity: 1, cursor: "pointer" },
        encoding: { x: { ...x, field: "bits" }, y: { ...y, field: "loss" }, color, opacity: cellOpacity },
      },
    ],
    config: PAGE_THEME,
  };
  const methods = distinct(points.map((point) => point.name)).join(", ");
  const chart = pageChart(
    id,
    `Bits per weight against loss above BF16 on ${title}: ${methods}. The tables below have the numbers.`,
    points,
    spec,
  );
  return { ...chart, spec: { ...chart.spec, marks: [...(chart.spec.marks ?? []), WORDS] } };
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
