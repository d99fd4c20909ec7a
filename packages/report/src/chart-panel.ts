import type { TopLevelSpec } from "vega-lite";
import type { ChartData, Mark } from "./chart-data.ts";

/** A spec that may stand in a vertical or horizontal concatenation. */
export type InnerSpec = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"][number];

type LayerItem = Extract<InnerSpec, { layer: unknown }>["layer"][number];

/** One line of a panel in plain fields, as Vega-Lite reads them. */
interface PanelDatum extends Mark {
  readonly bits: string;
  readonly method: string;
  readonly published: number | null;
}

export interface Panel {
  readonly title: string;
  readonly data: readonly PanelDatum[];
  /** Where the checkpoint's own weights stand: a dashed rule with a band of one standard error. */
  readonly reference: Mark | null;
  readonly log: boolean;
  readonly width: number;
  /** Whether the bits and the methods' names stand left of the panel. */
  readonly named: boolean;
}

const LINE_HEIGHT = 24;
/** Between bits and method in a line's id; a line without it is the heading of its bit width. */
const SEPARATOR = ": ";
/** Share of the axis kept free left of the first mark and, for the labels, right of the last. */
const FREE_LEFT = 0.06;
const FREE_RIGHT = 0.19;

/**
 * A dot plot: a heading per bit width, below it one line per method: a point, its error bar and its value in words. The axis
 * does not begin at zero (a point has no length that could mislead), and all bit widths share it.
 */
export function panelSpec({ title, data, reference, log, width, named }: Panel, chart: ChartData): InnerSpec {
  const lines = data.map((datum) => ({
    ...datum,
    line: `${datum.bits}${SEPARATOR}${datum.method}`,
    labelAt: labelPosition(datum, reference),
  }));
  const ends = lines.flatMap((line) => [line.low, line.labelAt, line.published ?? line.low]);
  if (reference) ends.push(reference.low, reference.high);
  const x = xChannel(title, axisDomain(ends, log), log);
  const y = {
    field: "line",
    type: "nominal",
    scale: { domain: lineOrder(chart) },
    title: null,
    axis: named ? lineAxis(chart) : null,
  } as const;
  const color = {
    field: "method",
    type: "nominal",
    legend: null,
    scale: { domain: chart.methods.map((method) => method.label), range: chart.methods.map((method) => method.color) },
  } as const;
  const hollow = lines.some((line) => line.published !== null);
  const published: LayerItem = {
    transform: [{ filter: "datum.published !== null" }],
    mark: { type: "point", shape: "diamond", filled: false, size: 190, strokeWidth: 1.4, opacity: 1 },
    encoding: { x: { ...x, field: "published" }, y, color },
  };
  const points: LayerItem[] = [
    {
      mark: { type: "rule", strokeWidth: 2 },
      encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color },
    },
    {
      mark: { type: "point", filled: true, size: 45, opacity: 1 },
      encoding: { x: { ...x, field: "value" }, y, color },
    },
  ];
  const words: LayerItem = {
    mark: { type: "text", align: "left", dx: hollow ? 11 : 8 },
    encoding: { x: { ...x, field: "labelAt" }, y, text: { field: "label", type: "nominal" } },
  };
  return {
    data: { values: lines },
    width,
    height: { step: LINE_HEIGHT },
    layer: [...(reference ? [referenceLayer(reference, x)] : []), ...points, ...(hollow ? [published] : []), words],
  };
}

/** A label stands right of all that is drawn on its line, and never across the dashed rule. */
function labelPosition({ high, published }: PanelDatum, reference: Mark | null): number {
  const end = Math.max(high, published ?? high);
  return reference && end < reference.value ? reference.value : end;
}

type XChannel = ReturnType<typeof xChannel>;

function xChannel(title: string, domain: [number, number], log: boolean) {
  return {
    type: "quantitative",
    title,
    scale: { type: log ? "log" : "linear", domain, nice: false, ...(!log && { zero: false }) },
    axis: { tickCount: 6, format: log ? "~r" : "~g" },
  } as const;
}

/** A band and a dashed rule over the whole height, named in the first heading's line. */
function referenceLayer({ value, low, high, label }: Mark, x: XChannel): LayerItem {
  return {
    data: { values: [{ value, low, high, label }] },
    layer: [
      {
        mark: { type: "rect", color: "#000000", opacity: 0.07 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
      },
      {
        mark: { type: "rule", color: "#000000", strokeDash: [4, 3], strokeWidth: 1.2 },
        encoding: { x: { ...x, field: "value" } },
      },
      {
        mark: { type: "text", align: "left", dx: 8 },
        encoding: {
          x: { ...x, field: "value" },
          y: { value: LINE_HEIGHT / 2 },
          text: { field: "label", type: "nominal" },
        },
      },
    ],
  };
}

const IS_HEADING = `indexof(datum.value, '${SEPARATOR}') < 0`;
/** Inter's letters at 11 px are 6 px wide on average, capitals 7. */
const LETTER_WIDTH = 7;

/** Headings and names left-aligned in a column as wide as the longest. */
function lineAxis({ bits, methods }: ChartData) {
  const names = [...bits, ...methods.map((method) => method.label)];
  return {
    grid: false,
    labelAlign: "left",
    labelPadding: 12 + LETTER_WIDTH * Math.max(...names.map((name) => name.length)),
    labelExpr: `${IS_HEADING} ? datum.value : split(datum.value, '${SEPARATOR}')[1]`,
    labelFontWeight: { condition: { test: IS_HEADING, value: 600 }, value: 400 },
  } as const;
}

/** Headings and lines from top to bottom. */
function lineOrder({ bits, lines }: ChartData): string[] {
  return bits.flatMap((heading) => [
    heading,
    ...lines.filter((line) => line.bits === heading).map((line) => `${heading}${SEPARATOR}${line.method}`),
  ]);
}

function axisDomain(ends: readonly number[], log: boolean): [number, number] {
  const [forward, back] = log ? [Math.log, Math.exp] : [(v: number) => v, (v: number) => v];
  const low = forward(Math.min(...ends));
  const high = forward(Math.max(...ends));
  const span = high - low || Math.max(Math.abs(high) * 0.01, 1e-6);
  const digits = (value: number) => Number(value.toPrecision(8));
  return [digits(back(low - FREE_LEFT * span)), digits(back(high + FREE_RIGHT * span))];
}
