import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { methodStyle } from "../method-styles.ts";
import { distinct } from "../table-lines.ts";
import type { LayerRow } from "./layer-row.ts";

const PANEL = { width: 290, height: 260 };
/** Okabe and Ito's palette and three more, for up to ten types of layers; shapes repeat the distinction. */
const COLORS = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#000000",
  "#8C5A2B",
  "#6A3D9A",
  "#999999",
];
const SHAPES = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "cross",
  "triangle-down",
  "triangle-right",
  "triangle-left",
];

/** Four questions about the layers of one model, each a panel with a mark for every layer. */
export function layersChart(rows: readonly LayerRow[]): TopLevelSpec {
  const types = distinct(rows.map((row) => row.type));
  const legend = { title: null, orient: "right", symbolSize: 70, symbolOpacity: 1, labelLimit: 0 } as const;
  const range = (values: readonly string[]) => types.map((_, i) => values[i % values.length]);
  const kind = { field: "type", type: "nominal", scale: { domain: types, range: range(COLORS) }, legend } as const;
  const marks = {
    color: kind,
    shape: { field: "type", type: "nominal", scale: { domain: types, range: range(SHAPES) }, legend },
  } as const;
  const values = rows.map((row) => ({
    ...row,
    gain: row.output_error_sinq / row.output_error_rtn,
    weight_gain: row.weight_error_sinq / row.weight_error_rtn,
  }));
  const log = (ends: readonly number[]) => {
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const step = Math.max((high / low) ** 0.06, 1.03);
    return { type: "log", domain: [low / step, high * step], nice: false } as const;
  };
  const scatter = (
    title: string,
    [x, xTitle]: readonly [string, string],
    [y, yTitle]: readonly [string, string],
    rule: object,
    scales: readonly [object, object],
  ) => ({
    ...PANEL,
    title: { text: title, frame: "group", offset: 6 },
    data: { values },
    layer: [
      rule,
      {
        mark: { type: "point", filled: true, size: 48, opacity: 0.9 },
        encoding: {
          x: { field: x, type: "quantitative", title: xTitle, scale: scales[0] },
          y: { field: y, type: "quantitative", title: yTitle, scale: scales[1] },
          ...marks,
        },
      },
    ],
  });
  const gains = log([...values.map((value) => value.gain), 1]);
  const kurtoses = log(rows.flatMap((row) => [row.kurtosis_awq, row.kurtosis_asinq]));
  const ruleAtOne = {
    mark: { type: "rule", color: "#5A5A5A" },
    encoding: { y: { datum: 1, type: "quantitative", scale: gains } },
  };
  const diagonal = {
    data: { values: kurtoses.domain.map((value) => ({ kurtosis_awq: value, kurtosis_asinq: value })) },
    mark: { type: "line", color: "#5A5A5A", strokeWidth: 1 },
    encoding: {
      x: { field: "kurtosis_awq", type: "quantitative", scale: kurtoses },
      y: { field: "kurtosis_asinq", type: "quantitative", scale: kurtoses },
    },
  };
  const error = "output error, SINQ over RTN";
  const panels = [
    scatter(
      "Where imbalance is high, does SINQ gain more?",
      ["imbalance_before", "imbalance of the weight (log scale)"],
      ["gain", error],
      ruleAtOne,
      [log(rows.map((row) => row.imbalance_before)), gains],
    ),
    scatter(
      "Or where kurtosis is, its rival?",
      ["kurtosis_before", "kurtosis of the groups (log scale)"],
      ["gain", error],
      ruleAtOne,
      [log(rows.map((row) => row.kurtosis_before)), gains],
    ),
    scatter(
      "What AWQ and A-SINQ round",
      ["kurtosis_awq", "kurtosis, AWQ (log scale)"],
      ["kurtosis_asinq", "kurtosis, A-SINQ"],
      diagonal,
      [kurtoses, kurtoses],
    ),
    {
      ...PANEL,
      title: { text: "Does t follow the inputs?", frame: "group", offset: 6 },
      data: { values },
      mark: { type: "point", filled: true, size: 48, opacity: 0.9 },
      encoding: {
        x: {
          field: "r2_column_scale",
          type: "quantitative",
          title: "R2 of log t against log mean |x|",
          scale: { domain: [0, 1], nice: false },
        },
        y: { field: "type", type: "nominal", title: null, scale: { domain: types }, axis: { grid: true } },
        ...marks,
      },
    },
  ];
  const [{ model, bits, group_size: group }] = rows;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `Layers: what normalization meets and does: ${model}`,
      subtitle: [
        `A mark for every linear layer; ${bits} bits, group size ${group}. Below 1, ${methodStyle("sinq").label}'s outputs are nearer to the original's than ${methodStyle("rtn").label}'s`,
      ],
      fontSize: 16,
      offset: 12,
    },
    vconcat: [{ hconcat: panels.slice(0, 2) }, { hconcat: panels.slice(2) }],
    config: { ...CHART_THEME, legend: { labelFontSize: 11 } },
  } as unknown as TopLevelSpec;
}
