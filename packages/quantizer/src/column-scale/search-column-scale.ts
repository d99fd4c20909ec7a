import type { Matrix } from "@sinqbench/tensor";
import { activationError } from "./activation-error.ts";
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
  /** Quantized and decoded weight, float32 [out, in], when its columns are multiplied by a scale [in] before rounding. */
  readonly reconstruct: (scale: Float32Array) => Float32Array;
}

/**
 * The AWQ scale of every column with the smallest error of the layer's outputs, the first of equals: the search of the published
 * SINQ code (38144fc). For every alpha, a = max((mean |x|)^alpha, 1e-4) / ((mean over rows of |w|)^(1 - alpha) + 1e-4), at least
 * 1e-4, divided by sqrt(max a * min a).
 *
 * @returns a, float32 [in]
 */
export function searchColumnScale(search: ColumnScaleSearch): Float32Array {
  const { weight, rows, norm, reconstruct } = search;
  const meanWeight = search.weightTerm ? columnMeans(weight) : null;
  let best = candidate(search.meanAbs, meanWeight, 0);
  let bestError = Number.POSITIVE_INFINITY;
  for (let step = 0; step < STEPS; step++) {
    const scale = candidate(search.meanAbs, meanWeight, step / STEPS);
    const error = activationError(rows, weight, reconstruct(scale), norm);
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
