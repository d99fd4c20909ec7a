import type { TopLevelSpec } from "vega-lite";
import { CELLS, CHART_WIDTH, type ChartDatum, cellOpacity, FOLLOW } from "./chart.ts";
import { MUTED, PAGE_THEME } from "./theme.ts";

export interface ScatterDatum extends ChartDatum {
  readonly x: number;
  readonly y: number;
  /** Ends of the error bar, where there is one. */
  readonly low?: number;
  readonly high?: number;
  readonly color: string;
  /** A symbol of Vega, or an SVG path within a square of two. */
  readonly shape: string;
}

export interface ScatterAxis {
  readonly title: string;
  readonly log?: true;
  /** Both ends where they do not follow from the data. */
  readonly domain?: readonly [number, number];
}

export interface ScatterChart {
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  /** Where a dashed line runs: at a value of y, or where both axes are equal. */
  readonly rule: number | "equal";
  readonly data: readonly ScatterDatum[];
  readonly height: number;
  /** Marks stand for methods, and fade when another is followed. */
  readonly follows?: true;
}

/** Marks over two axes, as wide as the chart's place. */
export function scatterChart({ x, y, rule, data, height, follows }: ScatterChart): TopLevelSpec {
  const across = data.map((datum) => datum.x);
  const up = data.flatMap(({ y, low = y, high = y }) => [low, high]);
  const ends = rule === "equal" ? { x: [...across, ...up], y: [...across, ...up] } : { x: across, y: [...up, rule] };
  const axes = { x: positionOf("x", x, ends.x), y: positionOf("y", y, ends.y) };
  const [left, right] = axes.x.scale.domain;
  const sides = [left, right].map((at) => ({ x: at, y: rule === "equal" ? at : rule }));
  const color = { field: "color", type: "nominal", scale: null } as const;
  const opacity = follows ? { opacity: cellOpacity } : {};
  const bars = data.some((datum) => datum.low !== undefined);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    params: [{ name: FOLLOW, value: "" }],
    width: CHART_WIDTH,
    height,
    autosize: { type: "fit-x", contains: "padding" },
    data: { values: [...data] },
    layer: [
      {
        data: { values: sides },
        mark: { type: "line", color: MUTED, strokeDash: [4, 3], strokeWidth: 1.2 },
        encoding: { x: { ...axes.x, field: "x" }, y: { ...axes.y, field: "y" } },
      },
      ...(bars
        ? [
            {
              mark: { type: "rule" as const, strokeWidth: 1.6, cursor: "pointer" as const },
              encoding: {
                x: { ...axes.x, field: "x" },
                y: { ...axes.y, field: "low" },
                y2: { field: "high" },
                color,
                ...opacity,
              },
            },
          ]
        : []),
      {
        name: CELLS,
        mark: { type: "point", filled: true, size: 42, opacity: 0.9, cursor: "pointer" },
        encoding: {
          x: { ...axes.x, field: "x" },
          y: { ...axes.y, field: "y" },
          color,
          shape: { field: "shape", type: "nominal", scale: null },
          ...opacity,
        },
      },
    ],
    config: PAGE_THEME,
  };
}

function positionOf(name: "x" | "y", { title, log, domain }: ScatterAxis, ends: readonly number[]) {
  return {
    type: "quantitative",
    title,
    scale: {
      type: log ? ("log" as const) : ("linear" as const),
      domain: domain ? [...domain] : log ? logDomain(ends) : linearDomain(ends),
      nice: false,
      ...(!log && { zero: false }),
    },
    axis: {
      tickCount: name === "x" ? { expr: "max(2, floor(width / 70))" } : 5,
      format: "~g",
      labelFlush: name === "x",
      labelOverlap: true,
    },
  } as const;
}

/** A little beyond the outermost marks, and never a point. */
function logDomain(ends: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const step = Math.max((high / low) ** 0.06, 1.02);
  return [short(low / step), short(high * step)];
}

function linearDomain(ends: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const step = 0.06 * (high - low || Math.abs(high) || 1);
  return [short(low - step), short(high + step)];
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
