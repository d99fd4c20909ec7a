import { distinct, fixed, type LayerRow } from "@sinqbench/report";
import { darkColor } from "../color/dark-color.ts";
import type { LayersTable } from "../results/read-results.ts";
import { type Fact, type PageChart, pageChart } from "./chart.ts";
import { type ScatterAxis, type ScatterDatum, scatterChart } from "./scatter-chart.ts";

/** How a type of layer is marked in every chart of its model. */
export interface LayerMark {
  readonly type: string;
  readonly color: string;
  /** A symbol of Vega, which is an SVG path of a square of two. */
  readonly shape: string;
}

/** Okabe and Ito's palette; shapes repeat the distinction, and tell apart what comes after the eighth. */
const COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C5A2B"];
const SHAPES = [
  "M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0Z",
  "M-0.9,-0.9H0.9V0.9H-0.9Z",
  "M0,-1.1L1.1,0.9H-1.1Z",
  "M0,-1.2L1.2,0L0,1.2L-1.2,0Z",
  "M-0.4,-1.1H0.4V-0.4H1.1V0.4H0.4V1.1H-0.4V0.4H-1.1V-0.4H-0.4Z",
  "M0,1.1L1.1,-0.9H-1.1Z",
  "M1.1,0L-0.9,1.1V-1.1Z",
];

/** A mark for every type of layer, in the order of the file. */
export function layerMarks(rows: readonly LayerRow[]): LayerMark[] {
  return distinct(rows.map((row) => row.type)).map((type, i) => {
    const color = COLORS[i % COLORS.length];
    return { type, color: `light-dark(${color},${darkColor(color)})`, shape: SHAPES[i % SHAPES.length] };
  });
}

interface Axis extends ScatterAxis {
  readonly of: (row: LayerRow) => number;
}

interface Question {
  readonly id: string;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly rule: 1 | "equal";
}

const GAIN: Axis = {
  of: (row) => row.output_error_sinq / row.output_error_rtn,
  title: "output error, SINQ over RTN",
  log: true,
};
const QUESTIONS: readonly Question[] = [
  {
    id: "imbalance",
    title: "Where imbalance is high, does SINQ gain more?",
    x: { of: (row) => row.imbalance_before, title: "imbalance of the weight (log scale)", log: true },
    y: GAIN,
    rule: 1,
  },
  {
    id: "kurtosis",
    title: "Or where kurtosis is, its rival?",
    x: { of: (row) => row.kurtosis_before, title: "kurtosis of the groups (log scale)", log: true },
    y: GAIN,
    rule: 1,
  },
  {
    id: "rounded",
    title: "Is what A-SINQ rounds evener than what AWQ rounds?",
    x: { of: (row) => row.kurtosis_awq, title: "kurtosis, AWQ (log scale)", log: true },
    y: { of: (row) => row.kurtosis_asinq, title: "kurtosis, A-SINQ", log: true },
    rule: "equal",
  },
  {
    id: "inputs",
    title: "Does SINQ's second scale follow the inputs?",
    x: { of: (row) => row.r2_column_scale, title: "R\u00b2 of log t against log mean |x|", domain: [0, 1] },
    y: GAIN,
    rule: 1,
  },
];

/** A question about a model's layers, and its answer. */
export interface LayerChart {
  readonly title: string;
  readonly chart: PageChart;
}

/** Charts with a mark for every layer: what normalization meets, and what it does. */
export function layerCharts(id: string, { rows, path, model }: LayersTable): LayerChart[] {
  const marks = layerMarks(rows);
  return QUESTIONS.map((question) => {
    const { x, y } = question;
    const data = rows.map((row): ScatterDatum => {
      const mark = marks.find(({ type }) => type === row.type)!;
      const place = { x: Number(x.of(row).toPrecision(6)), y: Number(y.of(row).toPrecision(6)) };
      return { ...place, color: mark.color, shape: mark.shape, method: "sinq", facts: layerFacts(row, path) };
    });
    const description = `${question.title} ${model}, ${rows.length} layers of types ${marks.map(({ type }) => type).join(", ")}: ${y.title}, against ${x.title}. Medians by type are in the table below.`;
    return {
      title: question.title,
      chart: pageChart(`${id}-${question.id}`, description, data, scatterChart({ ...question, data, height: 230 })),
    };
  });
}

function layerFacts(row: LayerRow, path: string): Fact[] {
  const to = (before: number, after: number, decimals: number) =>
    `${fixed(before, decimals)} to ${fixed(after, decimals)}`;
  return [
    ["", `${row.type}, block ${row.layer}`],
    ["tensor", `${row.tensor}, ${row.rows} x ${row.cols}`],
    ["imbalance", `${to(row.imbalance_before, row.imbalance_after, 2)} by SINQ`],
    ["kurtosis", `${to(row.kurtosis_before, row.kurtosis_after, 2)} by SINQ`],
    ["of what is rounded", `AWQ ${fixed(row.kurtosis_awq, 2)}, A-SINQ ${fixed(row.kurtosis_asinq, 2)}`],
    ["R\u00b2", fixed(row.r2_column_scale, 3)],
    ["weight error", `RTN ${fixed(row.weight_error_rtn, 4)}, SINQ ${fixed(row.weight_error_sinq, 4)}`],
    ["output error", `RTN ${fixed(row.output_error_rtn, 4)}, SINQ ${fixed(row.output_error_sinq, 4)}`],
    ["stored as", `${row.bits} bits, group size ${row.group_size}`],
    ["file", path],
  ];
}
