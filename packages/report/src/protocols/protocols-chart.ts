import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct, tableLines } from "../table-lines.ts";
import type { Experiment, ResultRow } from "../types.ts";

const PANEL = { width: 320, height: 300 };

/** Perplexity of every method by protocol, a panel for every text; bars are one standard error. */
export function protocolsChart(experiment: Experiment, rows: readonly ResultRow[]): TopLevelSpec {
  const lines = tableLines(experiment, rows).map((line) => ({
    ...line,
    name: line.method === "bf16" ? line.label : `${line.label}, ${line.bits} bits`,
  }));
  const values = lines.flatMap((line) =>
    line.rows.map(({ dataset, protocol, perplexity, perplexity_se: se }) => ({
      method: line.name,
      dataset,
      protocol: protocol.replace(/-first\d+$/, ""),
      perplexity,
      low: perplexity - (se ?? 0),
      high: perplexity + (se ?? 0),
    })),
  );
  const domain = [Math.min(...values.map(({ low }) => low)) / 1.02, Math.max(...values.map(({ high }) => high)) * 1.02];
  const protocols = distinct(values.map(({ protocol }) => protocol));
  const x = {
    field: "protocol",
    type: "nominal",
    title: null,
    scale: { domain: protocols },
    axis: { labelAngle: 0, grid: false },
  } as const;
  const y = { type: "quantitative", scale: { type: "log", domain, nice: false } } as const;
  const offset = { field: "method", type: "nominal", scale: { domain: lines.map(({ name }) => name) } } as const;
  const color = {
    field: "method",
    type: "nominal",
    scale: { domain: lines.map(({ name }) => name), range: lines.map(({ method }) => methodStyle(method).color) },
    legend: { title: null, orient: "right", symbolSize: 90, symbolOpacity: 1, labelLimit: 0 },
  } as const;
  const panel = (dataset: string, at: number) => ({
    ...PANEL,
    title: { text: dataset, frame: "group", offset: 6 },
    data: { values: values.filter((value) => value.dataset === dataset) },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: {
          x,
          xOffset: offset,
          y: { ...y, field: "low", title: at === 0 ? "perplexity (log scale)" : null },
          y2: { field: "high" },
          color,
        },
      },
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1 },
        encoding: { x, xOffset: offset, y: { ...y, field: "perplexity" }, color },
      },
    ],
  });
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `${experiment.title}: ${distinct(rows.map((row) => row.model)).join(", ")}`,
      subtitle: [
        "The same text and the same weights; only the rule that cuts and scores windows differs. Bars: one standard error",
      ],
      fontSize: 16,
      offset: 12,
    },
    hconcat: distinct(values.map(({ dataset }) => dataset)).map(panel),
    config: { ...CHART_THEME, legend: { labelFontSize: 11 } },
  } as TopLevelSpec;
}
