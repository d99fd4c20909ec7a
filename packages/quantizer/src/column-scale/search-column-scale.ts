import type { RoundOptions } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import { roundings } from "../roundings.ts";
import type { QuantizeContext } from "../types.ts";
import { zeroLimit } from "../zero-limit.ts";
import type { ColumnScaleOptions } from "./column-scale-options.ts";

/** alpha = 0, 0.05, ... 0.95 */
const STEPS = 20;
const FLOOR = 1e-4;

export interface ColumnScaleSearch extends ColumnScaleOptions {
  /** float32 [out, in] */
  readonly weight: Matrix;
  /** Mean |x| of every column, float32 [in]. */
  readonly meanAbs: Float32Array;
  /** Inputs that the error is measured on, [n, in]. */
  readonly rows: Matrix;
  readonly bits: number;
  /** Weights along a row that share a scale and a zero point. */
  readonly group: number;
  /** Scales to divide by before rounding to nearest, for a candidate [in]. */
  readonly normalize: (scale: Float32Array) => NonNullable<RoundOptions["normalize"]>;
}

/**
 * The AWQ scale of every column with the smallest error of the layer's outputs, the first of equals: the search of the published
 * SINQ code (38144fc). For every alpha, a = max((mean |x|)^alpha, 1e-4) / ((mean over rows of |w|)^(1 - alpha) + 1e-4), at least
 * 1e-4, divided by sqrt(max a * min a). The error is that of scales and zero points in float32, whatever they are stored in.
 *
 * @returns a, float32 [in]
 */
export function searchColumnScale(
  search: ColumnScaleSearch,
  { kernels }: Pick<QuantizeContext, "kernels">,
): Float32Array {
  const { weight, rows, norm, bits, group, normalize } = search;
  const rounding = { scheme: roundings.rtn.scheme, bits, group, zeroLimit: zeroLimit("f32") };
  const meanWeight = search.weightTerm ? columnMeans(weight) : null;
  let best = candidate(search.meanAbs, meanWeight, 0);
  let bestError = Number.POSITIVE_INFINITY;
  for (let step = 0; step < STEPS; step++) {
    const scale = candidate(search.meanAbs, meanWeight, step / STEPS);
    const options = { ...rounding, normalize: normalize(scale) };
    const error = kernels.roundedError(rows.data, rows.rows, weight.data, weight.rows, weight.cols, options, norm);
    if (error < bestError) {
      best = scale;
      bestError = error;
    }
  }
  return best;
}

function candidate(meanAbs: Float32Array, meanWeight: Float64Array | null, alpha: number): Float32Array {
  const scale = Float64Array.from(meanAbs, (x, j) => {
    const size = Math.max(x ** alpha, FLOOR);
    return Math.max(meanWeight ? size / (meanWeight[j] ** (1 - alpha) + FLOOR) : size, FLOOR);
  });
  let low = scale[0];
  let high = scale[0];
  for (const value of scale) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const middle = Math.sqrt(high * low);
  return Float32Array.from(scale, (value) => value / middle);
}

function columnMeans({ rows, cols, data }: Matrix): Float64Array {
  const means = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) means[j] += Math.abs(data[i * cols + j]) / rows;
  return means;
}
