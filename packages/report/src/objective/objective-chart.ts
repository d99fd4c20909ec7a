import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct, tableLines } from "../table-lines.ts";
import type { Experiment } from "../types.ts";
import { MEASURES, type ObjectiveRow } from "./objective-row.ts";
import { rankCorrelation } from "./rank-correlation.ts";

const PANEL = { width: 190, height: 190 };
const TITLES = {
  imbalance: "imbalance of what is rounded",
  kurtosis: "kurtosis of its groups",
  weight_error: "weight error",
  output_error: "output error",
} as const;
/** How settings of one method are told apart; the first that fits counts. */
const SHAPES = [
  { name: "as usual", shape: "circle", fits: () => true },
  {
    name: "every iteration kept (no early stop)",
    shape: "diamond",
    fits: (row: ObjectiveRow) => /earlyStop=false/.test(row.options ?? ""),
  },
  { name: "2D tiles", shape: "square", fits: (row: ObjectiveRow) => row.tiling === "2d" },
  { name: "kurtosis gate", shape: "triangle-up", fits: (row: ObjectiveRow) => /code-2026/.test(row.options ?? "") },
] as const;

/** Loss added against each of the four measures, a row of panels for every bit width and text, a mark for every setting. */
export function objectiveChart(
  experiment: Pick<Experiment, "methods" | "bits">,
  rows: readonly ObjectiveRow[],
): TopLevelSpec {
  const lines = tableLines(experiment, rows);
  const methods = distinct(lines.map((line) => line.method));
  const shape = (row: ObjectiveRow) => SHAPES.findLast(({ fits }) => fits(row))!;
  const shapes = SHAPES.filter((known) => rows.some((row) => shape(row) === known));
  const legend = {
    title: null,
    orient: "right",
    symbolSize: 80,
    symbolOpacity: 1,
    labelLimit: 0,
  } as const;
  const marks = {
    color: {
      field: "method",
      type: "nominal",
      scale: { domain: methods.map((id) => methodStyle(id).label), range: methods.map((id) => methodStyle(id).color) },
      legend,
    },
    shape: {
      field: "kind",
      type: "nominal",
      scale: { domain: shapes.map(({ name }) => name), range: shapes.map(({ shape }) => shape) },
      legend,
    },
  } as const;
  const bits = distinct(lines.map((line) => line.bits));
  const texts = distinct(rows.map((row) => row.dataset));
  const panels = bits.flatMap((width) =>
    texts.map((text) => {
      const values = lines
        .filter((line) => line.bits === width)
        .flatMap(({ label, rows: own }) => own.filter((row) => row.dataset === text).map((row) => ({ label, row })))
        .map(({ label, row }) => ({
          setting: label,
          method: methodStyle(row.method).label,
          kind: shape(row).name,
          ...Object.fromEntries(MEASURES.map((name) => [name, row[name]])),
          loss: row.delta_nll,
          low: row.delta_nll - (row.delta_nll_se ?? 0),
          high: row.delta_nll + (row.delta_nll_se ?? 0),
        }));
      return { hconcat: MEASURES.map((name, at) => panel(`${width} bits, ${text}`, name, at, values)), spacing: 12 };
    }),
  );

  function panel(
    subject: string,
    name: (typeof MEASURES)[number],
    at: number,
    values: readonly Record<string, unknown>[],
  ) {
    const numbers = values.map((value) => value[name] as number);
    const order = rankCorrelation(
      numbers,
      values.map((value) => value.loss as number),
    );
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const margin = (high - low) * 0.07 || high * 0.01;
    const x = {
      field: name,
      type: "quantitative",
      title: TITLES[name],
      scale: { zero: false, domain: [low - margin, high + margin], nice: false },
      axis: { values: ticks(low, high), format: "~r" },
    } as const;
    const y = {
      type: "quantitative",
      title: at === 0 ? [subject, "loss added, nats per token"] : null,
      scale: { zero: false },
      axis: { labels: at === 0, tickCount: 5 },
    } as const;
    return {
      ...PANEL,
      data: { values },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 1.2, opacity: 0.8 },
          encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color: marks.color },
        },
        {
          // Above the panel as a mark: titles of panels with and without an axis at their left do not line up.
          data: { values: [{ words: order === null ? "" : `rank correlation ${order.toFixed(2)}` }] },
          mark: { type: "text", align: "left", baseline: "bottom", dy: -6 },
          encoding: { x: { value: 0 }, y: { value: 0 }, text: { field: "words", type: "nominal" } },
        },
        {
          mark: { type: "point", filled: true, size: 64, opacity: 0.95 },
          encoding: { x, y: { ...y, field: "loss" }, ...marks },
        },
      ],
    };
  }

  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `What should a normalization make small? ${rows[0].model}`,
      subtitle: [
        "A mark for every setting, medians over the linear layers; bars: one standard error of the paired difference of the loss",
      ],
      fontSize: 16,
      offset: 12,
    },
    vconcat: panels,
    spacing: 30,
    config: { ...CHART_THEME, legend: { labelFontSize: 11 } },
  } as unknown as TopLevelSpec;
}

/** Three round values across a range, so that labels of a narrow panel do not meet. */
function ticks(low: number, high: number): number[] {
  const step = (high - low) / 3;
  const unit = 10 ** Math.floor(Math.log10(step || 1));
  const round = unit * (step / unit >= 5 ? 5 : step / unit >= 2 ? 2 : 1);
  const first = Math.ceil(low / round);
  return Array.from({ length: Math.floor(high / round) - first + 1 }, (_, i) =>
    Number(((first + i) * round).toPrecision(6)),
  );
}
