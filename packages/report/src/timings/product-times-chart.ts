import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { fixed } from "../tidy-table.ts";
import type { PublishedRow } from "../types.ts";
import type { ProductTimeRow } from "./product-time-row.ts";
import { publishedProduct } from "./published-product.ts";
import type { ProductTimeExperiment } from "./timing-experiment.ts";

/** The overhead of every product with its interval, and the paper's. */
export function productTimesChart(
  experiment: ProductTimeExperiment,
  rows: readonly ProductTimeRow[],
  published: readonly PublishedRow[],
): TopLevelSpec {
  const values = rows.map((row) => ({
    line: `${row.width} \u00d7 ${row.width}, ${row.tokens} ${row.tokens === 1 ? "row" : "rows"}`,
    value: Number(fixed(row.overhead_percent, 2)),
    low: Number(fixed(row.overhead_low, 2)),
    high: Number(fixed(row.overhead_high, 2)),
    paper: publishedProduct(published, row).overhead?.value ?? null,
    words: `${fixed(row.overhead_percent, 1).replace("-", "\u2212")} %`,
  }));
  const ends = values.flatMap(({ low, high, paper }) => [low, high, paper ?? 0, 0]);
  const margin = Math.max(0.5, 0.08 * (Math.max(...ends) - Math.min(...ends)));
  const domain = [Math.min(...ends) - margin, Math.max(...ends) + 2 * margin].map((end) => Number(fixed(end, 2)));
  const x = {
    type: "quantitative",
    title: "longer with the second scale, %",
    scale: { domain, nice: false },
    axis: { tickCount: 7 },
  } as const;
  const y = {
    field: "line",
    type: "nominal",
    scale: { domain: values.map(({ line }) => line) },
    title: null,
    axis: { grid: false, labelLimit: 0 },
  } as const;
  const { color } = methodStyle("sinq");
  const [{ processor, threads, pairs, bits, group_size: group }] = rows;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: experiment.title,
      subtitle: [
        `Rows of inputs times a matrix of ${bits}-bit codes in groups of ${group}`,
        `Dots: medians of ${pairs} pairs of products; lines: 95 % intervals`,
        "Diamonds: the paper, on one GPU",
        `${processor}, threads: ${threads}`,
      ],
      fontSize: 16,
      offset: 12,
    },
    data: { values },
    width: 620,
    height: { step: 28 },
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", strokeDash: [4, 3], strokeWidth: 1.2, color: "#000000" },
        encoding: { x: { ...x, field: "zero" } },
      },
      {
        mark: { type: "rule", strokeWidth: 2, color },
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1, color },
        encoding: { y, x: { ...x, field: "value" } },
      },
      {
        transform: [{ filter: "datum.paper !== null" }],
        mark: { type: "point", shape: "diamond", filled: false, size: 190, strokeWidth: 1.4, opacity: 1, color },
        encoding: { y, x: { ...x, field: "paper" } },
      },
      {
        mark: { type: "text", align: "left" },
        encoding: { y, x: { value: 628 }, text: { field: "words", type: "nominal" } },
      },
    ],
    config: CHART_THEME,
  } as TopLevelSpec;
}
