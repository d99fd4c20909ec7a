import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct } from "../table-lines.ts";
import type { ImbalanceRow } from "./imbalance-row.ts";
import { type ImbalanceOf, imbalanceSpreads, imbalanceTypes } from "./imbalance-summary.ts";
import { imbalanceSubject } from "./imbalance-words.ts";

const PANEL = { width: 112, height: 150 };
/** Drawn in this order: where both agree, the dashed line shows on the other. */
const PRESETS = [
  { preset: "paper", label: "early stop (paper's code)", color: methodStyle("sinq").color, dash: [1, 0] },
  {
    preset: "algorithm-1",
    label: "Algorithm 1 (best of all iterations)",
    color: methodStyle("rtn").color,
    dash: [5, 3],
  },
] as const;

/**
 * Imbalance by iteration, a panel for every layer type: above of tiles, which the iterations even out, below of the whole
 * matrix. Medians over blocks as lines, quartiles as bands, before and after in words.
 */
export function imbalanceChart(rows: readonly ImbalanceRow[]): TopLevelSpec {
  const last = Math.max(...rows.map((row) => row.iterations));
  const types = imbalanceTypes(rows);
  const label = (preset: string) => PRESETS.find((known) => known.preset === preset)?.label ?? preset;
  const spreads = imbalanceSpreads(rows).map((spread) => ({ ...spread, preset: label(spread.preset) }));
  const top = Math.max(...spreads.map((spread) => spread.high));
  const presets = PRESETS.filter(({ preset }) => rows.some((row) => row.preset === preset));
  const y = {
    type: "quantitative",
    scale: { type: "log", domain: [1, Number((top * 1.45).toPrecision(3))], nice: false },
    axis: { values: ticks(top), format: "~r" },
  } as const;
  const x = {
    field: "iterations",
    type: "quantitative",
    title: "iterations",
    scale: { domain: [0, last], nice: false },
    axis: { values: distinct([0, Math.round(last / 2), last]), grid: false },
  } as const;
  const domain = presets.map((known) => known.label);
  const color = {
    field: "preset",
    type: "nominal",
    scale: { domain, range: presets.map(({ color }) => color) },
  } as const;
  const dash = {
    field: "preset",
    type: "nominal",
    scale: { domain, range: presets.map(({ dash }) => [...dash]) },
  } as const;
  const legend = {
    title: null,
    orient: "top",
    symbolType: "stroke",
    symbolSize: 700,
    symbolStrokeWidth: 2,
    symbolOpacity: 1,
    columnPadding: 28,
    labelLimit: 0,
  } as const;

  const row = (of: ImbalanceOf) => {
    const own = spreads.filter((spread) => spread.of === of);
    return types.map((type, at) => {
      const values = own.filter((spread) => spread.type === type);
      const words = values
        .filter(({ iterations, preset }) => iterations === 0 && preset === presets[0]?.label)
        .map((before) => {
          const after = values.find(({ iterations, preset }) => iterations === last && preset === before.preset)!;
          return { words: `${before.median.toFixed(2)} \u2192 ${after.median.toFixed(2)}` };
        });
      const shownY = { ...y, axis: at === 0 ? y.axis : { ...y.axis, labels: false } };
      return {
        ...PANEL,
        title: { text: type, offset: 6 },
        data: { values },
        layer: [
          {
            mark: { type: "area", opacity: 0.16 },
            encoding: {
              x: of === "tile" ? { ...x, title: null, axis: { ...x.axis, labels: false } } : x,
              y: {
                ...shownY,
                field: "low",
                title: at === 0 ? (of === "tile" ? "tiles (median)" : "whole matrix") : null,
              },
              y2: { field: "high" },
              color: { ...color, legend },
            },
          },
          {
            mark: { type: "line", strokeWidth: 2 },
            encoding: {
              x,
              y: { ...shownY, field: "median" },
              color: { ...color, legend },
              strokeDash: { ...dash, legend },
            },
          },
          {
            data: { values: words },
            mark: { type: "text", align: "right", baseline: "top", dx: -2, dy: 3 },
            encoding: { x: { value: PANEL.width }, y: { value: 0 }, text: { field: "words", type: "nominal" } },
          },
        ],
      };
    });
  };

  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `Matrix imbalance by Sinkhorn iteration: ${distinct(rows.map((row) => row.model)).join(", ")}`,
      subtitle: [
        "Largest over smallest standard deviation of rows and columns, log scale; 1 is perfectly even",
        `Lines: median over blocks; bands: quartiles. In words: before \u2192 after ${last} iterations with early stop`,
        imbalanceSubject(rows),
      ],
      fontSize: 16,
      offset: 12,
    },
    vconcat: (["tile", "matrix"] as const).map((of) => ({ spacing: 8, hconcat: row(of) })),
    spacing: 14,
    config: { ...CHART_THEME, legend: { labelFontSize: 11 } },
  } as TopLevelSpec;
}

/** 1, 2, 5, 10, ... below the top: few enough that the grid stays quiet. */
function ticks(top: number): number[] {
  const values = [1, 2, 5].flatMap((first) => Array.from({ length: 12 }, (_, power) => first * 10 ** power));
  const below = values.filter((value) => value <= top).sort((a, b) => a - b);
  return below.length <= 8 ? below : below.filter((value) => Number.isInteger(Math.log10(value)));
}
