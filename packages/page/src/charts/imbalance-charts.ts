import { fixed, type ImbalanceSpread, imbalanceSpreads, imbalanceTypes } from "@sinqbench/report";
import type { TopLevelSpec } from "vega-lite";
import type { ImbalanceTable } from "../results/read-results.ts";
import { CELLS, CHART_WIDTH, type ChartDatum, cellOpacity, FOLLOW, type PageChart, pageChart } from "./chart.ts";
import { INK, MUTED, methodColor, PAGE_THEME } from "./theme.ts";

/** Presets of SINQ that the chart draws; where both agree, the dashed line shows on the other. */
export const PRESETS = [
  { preset: "paper", label: "early stop, as in the published code", dash: [1, 0], color: methodColor("sinq") },
  { preset: "algorithm-1", label: "Algorithm 1, the best of all iterations", dash: [5, 3], color: methodColor("rtn") },
] as const;

/** Imbalance by iteration, one chart for every layer type: median over blocks, quartiles as a band. */
export function imbalanceCharts(id: string, table: ImbalanceTable, of: ImbalanceSpread["of"]): PageChart[] {
  const spreads = imbalanceSpreads(table.rows).filter((spread) => spread.of === of);
  const last = Math.max(...spreads.map((spread) => spread.iterations));
  const top = Math.max(...spreads.map((spread) => spread.high));
  return imbalanceTypes(table.rows).map((type) => {
    const own = spreads.filter((spread) => spread.type === type);
    const data = own.map((spread): ChartDatum & Record<string, unknown> => {
      const preset = PRESETS.find((known) => known.preset === spread.preset);
      return {
        ...spread,
        method: spread.preset === "paper" ? "sinq" : spread.preset,
        color: preset?.color ?? MUTED,
        facts: [
          ["", `${type}, after ${spread.iterations} iterations`],
          ["median", fixed(spread.median, 3)],
          ["quartiles", `${fixed(spread.low, 3)} to ${fixed(spread.high, 3)}`],
          ["of", of === "tile" ? "tiles" : "whole matrix"],
          ["preset", preset?.label ?? spread.preset],
          ["file", table.path],
        ],
      };
    });
    return pageChart(
      `${id}-${of}-${type}`,
      `Imbalance of ${of === "tile" ? "tiles" : "whole matrices"} of type ${type} by Sinkhorn iteration: ${changeInWords(own, last)}.`,
      data,
      chart(data, top, last),
    );
  });
}

/** "2.61 to 1.13 after 16 iterations" */
function changeInWords(spreads: readonly ImbalanceSpread[], last: number): string {
  const at = (iterations: number) =>
    spreads.find((spread) => spread.preset === "paper" && spread.iterations === iterations);
  const [before, after] = [at(0) ?? spreads[0], at(last) ?? spreads.at(-1)];
  return `${fixed(before?.median ?? 0, 2)} to ${fixed(after?.median ?? 0, 2)} after ${last} iterations`;
}

function chart(data: readonly (ChartDatum & Record<string, unknown>)[], top: number, last: number): TopLevelSpec {
  const x = {
    field: "iterations",
    type: "quantitative",
    title: null,
    scale: { domain: [0, last] as [number, number], nice: false },
    axis: {
      values: [0, Math.round(last / 2), last].filter((value, i, all) => all.indexOf(value) === i),
      grid: false,
      labelFlush: true,
    },
  } as const;
  const y = {
    type: "quantitative",
    title: null,
    scale: { type: "log", domain: [1, Number((top * 1.15).toPrecision(3))] as [number, number], nice: false },
    axis: { values: ticks(top), format: "~r" },
  } as const;
  const color = { field: "color", type: "nominal", scale: null } as const;
  const dash = {
    field: "preset",
    type: "nominal",
    legend: null,
    scale: { domain: PRESETS.map(({ preset }) => preset), range: PRESETS.map(({ dash }) => [...dash]) },
  } as const;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    params: [{ name: FOLLOW, value: "" }],
    data: { values: [...data] },
    width: CHART_WIDTH,
    height: 120,
    autosize: { type: "fit-x", contains: "padding" },
    layer: [
      {
        mark: { type: "area", opacity: 0.16 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color, detail: { field: "preset" } },
      },
      {
        mark: { type: "line", strokeWidth: 2, clip: true },
        encoding: { x, y: { ...y, field: "median" }, color, strokeDash: dash },
      },
      {
        name: CELLS,
        mark: { type: "point", filled: true, size: 14, cursor: "pointer" },
        encoding: { x, y: { ...y, field: "median" }, color, opacity: cellOpacity },
      },
    ],
    config: { ...PAGE_THEME, axis: { ...PAGE_THEME.axis, labelColor: INK, labelFontSize: 11 } },
  };
}

/** 1, 2, 5, 10, ... below the top: few enough that the grid stays quiet. */
function ticks(top: number): number[] {
  const values = [1, 2, 5].flatMap((first) => Array.from({ length: 12 }, (_, power) => first * 10 ** power));
  const below = values.filter((value) => value <= top).sort((a, b) => a - b);
  return below.length <= 6 ? below : below.filter((value) => Number.isInteger(Math.log10(value)));
}
