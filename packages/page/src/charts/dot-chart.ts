import type { TopLevelSpec } from "vega-lite";
import { CELLS, CHART_WIDTH, type ChartDatum, cellOpacity, FOLLOW } from "./chart.ts";
import { INK, LINE, MUTED, methodColor, PAGE_THEME } from "./theme.ts";

/** A line of a dot chart: a heading, or a name beside which marks stand. */
export interface DotLine {
  readonly key: string;
  readonly label: string;
  readonly heading?: true;
}

export interface DotDatum extends ChartDatum {
  /** Key of its line. */
  readonly line: string;
  readonly value: number;
  /** Ends of the error bar; the value itself where no error is known. */
  readonly low: number;
  readonly high: number;
  /** Words right of the mark. */
  readonly label?: string;
  /** What tells several marks of one line apart, by shape. */
  readonly series?: string;
  /** A published value: a hollow diamond. */
  readonly hollow?: number;
}

export interface DotChart {
  readonly xTitle: string;
  readonly lines: readonly DotLine[];
  readonly data: readonly DotDatum[];
  /** Where a dashed rule stands, with its band and its name in the first heading's line. */
  readonly reference?: { readonly value: number; readonly low: number; readonly high: number; readonly label: string };
  readonly log?: boolean;
}

const LINE_HEIGHT = 25;
/** Share of the axis kept free beyond the outermost marks: right for the words. */
const FREE_LEFT = 0.06;
const FREE_RIGHT = 0.24;

type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

/** A dot plot as wide as its place on the page: one line per method, a point, its error bar and its value in words. */
export function dotChart(chart: DotChart): TopLevelSpec {
  const { lines, reference, log = false } = chart;
  const worded = chart.data.some((datum) => datum.label !== undefined);
  const data = chart.data.map((datum) => {
    const end = Math.max(datum.high, datum.hollow ?? datum.high);
    const at = reference && end < reference.value ? reference.value : end;
    return { ...datum, color: methodColor(datum.method), at };
  });
  const ends = data.flatMap(({ low, high, at, hollow }) => [low, worded ? at : high, hollow ?? low]);
  if (reference) ends.push(reference.low, reference.high);
  const x = {
    type: "quantitative",
    title: chart.xTitle,
    scale: {
      type: log ? "log" : "linear",
      domain: axisDomain(ends, log, worded ? FREE_RIGHT : FREE_LEFT),
      nice: false,
      ...(!log && { zero: false }),
    },
    axis: {
      tickCount: { expr: "max(2, floor(width / 60))" },
      format: log ? "~r" : "~f",
      labelOverlap: true,
      labelSeparation: 8,
      labelFlush: true,
      titleAnchor: "end",
    },
  } as const;
  const y = {
    field: "line",
    type: "nominal",
    scale: { domain: lines.map(({ key }) => key), paddingInner: 0, paddingOuter: 0 },
    title: null,
    axis: lineAxis(lines),
  } as const;
  const color = { field: "color", type: "nominal", scale: null } as const;
  const series = [...new Set(data.flatMap((datum) => datum.series ?? []))];
  const shape =
    series.length > 0
      ? ({
          shape: {
            field: "series",
            type: "nominal",
            scale: { domain: series, range: ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"] },
            legend: {
              title: null,
              orient: "top",
              direction: "horizontal",
              columns: { expr: "width < 320 ? 1 : 2" },
              labelColor: INK,
              labelFontSize: 11.5,
              labelLimit: 0,
              symbolFillColor: MUTED,
              symbolStrokeColor: MUTED,
              symbolStrokeWidth: 1,
            },
          },
        } as const)
      : {};
  const layers: Layer[] = [
    // The whole line answers to the pointer, not only the point.
    {
      name: "lines",
      mark: { type: "rect", opacity: 0, fill: INK, cursor: "pointer" },
      encoding: { y },
    },
    ...(reference ? referenceLayers(reference, x) : []),
    {
      mark: { type: "rule", strokeWidth: 2, cursor: "pointer" },
      encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color, opacity: cellOpacity },
    },
    {
      name: CELLS,
      mark: { type: "point", filled: true, size: series.length > 0 ? 62 : 58, opacity: 1, cursor: "pointer" },
      encoding: { x: { ...x, field: "value" }, y, color, opacity: cellOpacity, ...shape },
    },
  ];
  if (data.some((datum) => datum.hollow !== undefined)) {
    layers.push({
      transform: [{ filter: "isValid(datum.hollow)" }],
      mark: { type: "point", shape: "diamond", filled: false, size: 190, strokeWidth: 1.5 },
      encoding: { x: { ...x, field: "hollow" }, y, color, opacity: cellOpacity },
    });
  }
  if (worded) {
    layers.push({
      mark: { type: "text", align: "left", dx: 9, cursor: "pointer" },
      encoding: { x: { ...x, field: "at" }, y, text: { field: "label", type: "nominal" }, opacity: cellOpacity },
    });
  }
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    params: [{ name: FOLLOW, value: "" }],
    data: { values: data },
    width: CHART_WIDTH,
    height: lines.length * LINE_HEIGHT,
    autosize: { type: "fit-x", contains: "padding" },
    layer: layers,
    config: PAGE_THEME,
  };
}

/** Headings in bold, names below them; the key of a line is not shown. */
function lineAxis(lines: readonly DotLine[]) {
  const labels = Object.fromEntries(lines.map(({ key, label }) => [key, label]));
  const headings = lines.filter(({ heading }) => heading).map(({ key }) => key);
  const isHeading = `indexof(${JSON.stringify(headings)}, datum.value) >= 0`;
  return {
    grid: false,
    labelExpr: `${JSON.stringify(labels)}[datum.value]`,
    labelFontWeight: { condition: { test: isHeading, value: 600 }, value: 400 },
    labelPadding: 10,
    labelLimit: 220,
  } as const;
}

function referenceLayers(
  { value, low, high, label }: NonNullable<DotChart["reference"]>,
  x: Record<string, unknown>,
): Layer[] {
  const data = { values: [{ value, low, high, label }] };
  const position = x as { type: "quantitative" };
  return [
    ...(low < high
      ? [
          {
            data,
            mark: { type: "rect", color: LINE, opacity: 0.55 },
            encoding: { x: { ...position, field: "low" }, x2: { field: "high" } },
          } satisfies Layer,
        ]
      : []),
    {
      data,
      mark: { type: "rule", color: MUTED, strokeDash: [4, 3], strokeWidth: 1.2 },
      encoding: { x: { ...position, field: "value" } },
    },
    {
      data,
      mark: { type: "text", align: "left", dx: 7, color: MUTED },
      encoding: {
        x: { ...position, field: "value" },
        y: { value: LINE_HEIGHT / 2 },
        text: { field: "label", type: "nominal" },
      },
    },
  ];
}

function axisDomain(ends: readonly number[], log: boolean, freeRight: number): [number, number] {
  const [forward, back] = log ? [Math.log, Math.exp] : [(v: number) => v, (v: number) => v];
  const low = forward(Math.min(...ends));
  const high = forward(Math.max(...ends));
  const span = high - low || Math.max(Math.abs(high) * 0.01, 1e-6);
  const digits = (value: number) => Number(value.toPrecision(8));
  return [digits(back(low - FREE_LEFT * span)), digits(back(high + freeRight * span))];
}
