import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { fixed } from "../tidy-table.ts";
import type { LossRow } from "./loss-row.ts";

const INK = "#0072B2";
/** Lines on each side of a point that its mean is taken over; fewer at the beginning, where the loss falls fast. */
const AROUND = 12;
/** 0.01, 0.02, 0.05, ... millions. */
const TICKS = [0.01, 0.1, 1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power]);

/** Loss by tokens seen, the tokens on a logarithmic axis: the first million would be one stroke on another. */
export function lossChart(name: string, rows: readonly LossRow[]): TopLevelSpec {
  const data = rows.map(({ tokens, loss }, i) => {
    const reach = Math.min(AROUND, Math.floor(i / 10));
    const near = rows.slice(i - reach, i + reach + 1);
    const mean = near.reduce((sum, row) => sum + row.loss, 0) / near.length;
    return { million: tokens / 1e6, loss, mean: Number(mean.toFixed(4)) };
  });
  const last = rows[rows.length - 1];
  const step = rows.length > 1 ? rows[1].tokens - rows[0].tokens : last.tokens;
  const losses = rows.map((row) => row.loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const margin = 0.04 * (high - low || 1);
  const x = {
    field: "million",
    type: "quantitative",
    title: "tokens seen, millions (log scale)",
    scale: {
      type: "log",
      domain: [data[0].million, Math.max(data[data.length - 1].million, 1.01 * data[0].million)],
      nice: false,
    },
    axis: { format: "~r", values: TICKS.filter((tick) => tick >= data[0].million && tick <= last.tokens / 1e6) },
  } as const;
  const y = {
    type: "quantitative",
    title: "training loss, nats per token",
    scale: { domain: [low - margin, high + margin], nice: false },
    axis: { tickCount: 7, format: "~f" },
  } as const;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `Training loss of ${name}`,
      subtitle: [
        `${fixed(last.tokens / 1e6, 1)} million tokens; at the end ${fixed(data[data.length - 1].mean, 2)} nats`,
        `pale: mean over ${step.toLocaleString("en")} tokens; dark: mean of up to ${2 * AROUND + 1} of these`,
      ],
    },
    width: 560,
    height: 300,
    data: { values: data },
    layer: [
      {
        mark: { type: "line", color: INK, strokeWidth: 1, opacity: 0.35 },
        encoding: { x, y: { ...y, field: "loss" } },
      },
      { mark: { type: "line", color: INK, strokeWidth: 2.2 }, encoding: { x, y: { ...y, field: "mean" } } },
    ],
    config: CHART_THEME,
  } as unknown as TopLevelSpec;
}
