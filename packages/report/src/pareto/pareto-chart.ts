import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME } from "../chart-theme.ts";
import { isMethodId, METHOD_STYLES, methodStyle } from "../method-styles.ts";
import { distinct, textNames } from "../table-lines.ts";
import type { ResultRow } from "../types.ts";
import { paretoFront } from "./pareto-front.ts";

const PANEL = { width: 430, height: 380 };

/**
 * Stored bits per weight against perplexity, a panel for every text: one mark per setting, coloured by method, and the front
 * as a line through the settings that nothing beats, ringed. The checkpoint's own weights are a rule, not a mark far right.
 */
export function paretoChart(rows: readonly ResultRow[]): TopLevelSpec {
  const text = textNames(rows);
  const quantized = rows.filter((row) => row.method !== "bf16");
  const methods = distinct(quantized.map((row) => row.method)).toSorted((a, b) => order(a) - order(b));
  const labels = methods.map((method) => methodStyle(method).label);
  const color = {
    field: "method",
    type: "nominal",
    scale: { domain: labels, range: methods.map((method) => methodStyle(method).color) },
    legend: { title: null, orient: "right", symbolSize: 90, symbolOpacity: 1, labelLimit: 0 },
  } as const;
  const panel = (title: string) => {
    const own = quantized.filter((row) => text(row) === title);
    const baseline = rows.find((row) => row.method === "bf16" && text(row) === title);
    const point = (row: ResultRow) => ({
      method: methodStyle(row.method).label,
      bits: row.bits_per_weight,
      perplexity: row.perplexity,
    });
    const values = own.map(point);
    const front = paretoFront(own).map(point);
    const heights = [...values.map(({ perplexity }) => perplexity), ...(baseline ? [baseline.perplexity] : [])];
    const x = {
      field: "bits",
      type: "quantitative",
      title: "stored bits per weight",
      scale: { domain: margin(values.map(({ bits }) => bits)), nice: false },
    };
    const y = {
      field: "perplexity",
      type: "quantitative",
      title: "perplexity (log scale)",
      scale: { type: "log", domain: margin(heights), nice: false },
    };
    return {
      ...PANEL,
      title: { text: title, frame: "group", offset: 6 },
      data: { values },
      layer: [
        ...(baseline
          ? [
              {
                data: { values: [{ perplexity: baseline.perplexity }] },
                mark: { type: "rule", color: "#5A5A5A", strokeDash: [4, 3] },
                encoding: { y },
              },
            ]
          : []),
        {
          data: { values: front },
          mark: { type: "line", color: "#5A5A5A", strokeWidth: 1.2, interpolate: "step-after" },
          encoding: { x, y },
        },
        { mark: { type: "point", filled: true, size: 60, opacity: 0.95 }, encoding: { x, y, color } },
        {
          data: { values: front },
          mark: { type: "point", filled: false, size: 190, strokeWidth: 1.4, color: "#1A1A1A" },
          encoding: { x, y },
        },
      ],
    };
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: `Bits against perplexity: ${distinct(rows.map((row) => row.model)).join(", ")}`,
      subtitle: [
        "Ringed and joined: the front, settings that none beats in both; dashed: the checkpoint's own weights",
        "Bits are those stored: codes, scales, zeros, second scales, codebooks, padding",
      ],
      fontSize: 16,
      offset: 12,
    },
    hconcat: distinct(rows.map(text)).map(panel),
    config: { ...CHART_THEME, legend: { labelFontSize: 11 } },
  } as TopLevelSpec;
}

/** The range of values, a twentieth wider at both ends in ratio, so that no mark is cut. */
function margin(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = Math.max((high / low) ** 0.05, 1.01);
  return [low / step, high * step];
}

function order(method: string): number {
  return isMethodId(method) ? Object.keys(METHOD_STYLES).indexOf(method) : Number.POSITIVE_INFINITY;
}
