import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct, methodOf } from "../table-lines.ts";
import type { ClaimRow } from "./claim-row.ts";

const WIDTH = 300;
const LINE = 20;
const ERRORS = 2;

/** Colours apart for readers with every kind of colour vision; shapes say the same again. */
const VERDICTS = [
  { verdict: "holds", color: "#0072B2", shape: "circle" },
  { verdict: "undecided", color: "#767676", shape: "diamond" },
  { verdict: "fails", color: "#D55E00", shape: "cross" },
] as const;

/**
 * The difference behind each claim, with two standard errors, a panel for every text: left of the rule the claim holds. Each
 * claim and bit width is a line, in the order of the rows.
 */
export function claimsChart(rows: readonly ClaimRow[]): TopLevelSpec {
  const label = (row: ClaimRow) =>
    `${methodStyle(methodOf(row.better)).label} below ${methodStyle(methodOf(row.worse)).label}, ${row.bits} bits`;
  const lines = distinct(rows.map(label));
  const texts = distinct(rows.map((row) => row.dataset));
  const reach = (row: ClaimRow) => ERRORS * (row.delta_nll_se ?? 0);
  const ends = rows.flatMap((row) => [row.delta_nll - reach(row), row.delta_nll + reach(row)]);
  const domain = [Math.min(0, ...ends) * 1.08, Math.max(0, ...ends) * 1.08];
  const y = (at: number) => ({
    field: "line",
    type: "nominal" as const,
    scale: { domain: lines },
    axis: at === 0 ? { title: null, grid: false } : { title: null, grid: false, labels: false },
  });
  const x = {
    type: "quantitative",
    title: "difference of loss, nats per token",
    scale: { domain, nice: false },
    axis: { tickCount: 5 },
  } as const;
  const used = VERDICTS.filter(({ verdict }) => rows.some((row) => row.verdict === verdict));
  const names = used.map(({ verdict }) => verdict);
  const color = {
    field: "verdict",
    type: "nominal",
    scale: { domain: names, range: used.map((v) => v.color) },
  } as const;
  const legend = { title: null, orient: "top", symbolSize: 90, symbolOpacity: 1, labelLimit: 0 } as const;
  const panel = (dataset: string, at: number) => ({
    width: WIDTH,
    height: { step: LINE },
    title: { text: dataset, frame: "group", offset: 6 },
    data: {
      values: rows
        .filter((row) => row.dataset === dataset)
        .map((row) => ({
          line: label(row),
          verdict: row.verdict,
          delta: row.delta_nll,
          low: row.delta_nll - reach(row),
          high: row.delta_nll + reach(row),
        })),
    },
    layer: [
      { mark: { type: "rule", color: "#5A5A5A", strokeWidth: 1 }, encoding: { x: { ...x, datum: 0 } } },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { y: y(at), x: { ...x, field: "low" }, x2: { field: "high" }, color: { ...color, legend } },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          y: y(at),
          x: { ...x, field: "delta" },
          color: { ...color, legend },
          shape: { ...color, scale: { domain: names, range: used.map((v) => v.shape) }, legend },
        },
      },
    ],
  });
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `Claims of the paper: ${distinct(rows.map((row) => row.model)).join(", ")}`,
      subtitle: ["Paired difference of the loss with two standard errors; left of the rule the claim holds"],
      fontSize: 16,
      offset: 12,
    },
    hconcat: texts.map(panel),
    config: { ...CHART_THEME, legend: { labelFontSize: 11 } },
  } as TopLevelSpec;
}
