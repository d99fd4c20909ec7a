import type { Kernels } from "@sinqbench/kernels";
import { type BlockTensorView, type LayerStatistics, roundings } from "@sinqbench/quantizer";
import type { Matrix } from "@sinqbench/tensor";
import { addRelativeMagnitudes } from "./mean-magnitude.ts";

/** ratio = 0, 0.05, ... 0.95 */
const STEPS = 20;
const FLOOR = 1e-4;

export interface SharedScaleRequest {
  /** Weights [out, in] that take the same inputs. */
  readonly weights: readonly BlockTensorView[];
  /** What is known of these inputs, and for a weight that gets some of them only, of its own. */
  readonly statistics: LayerStatistics & { readonly meanAbs: Float32Array; readonly rows: Matrix };
  readonly bits: number;
  /** Divides the width. */
  readonly group: number;
  readonly duoScaling: boolean;
  readonly kernels: Kernels;
}

/**
 * The AWQ scale that several weights share: of 20 candidates the first with the smallest error of all their outputs. A candidate is
 * s = mean|x|^ratio / (m^(1 - ratio) + 1e-4), m the mean relative magnitude of the weights' columns, at least 1e-4, divided by
 * sqrt(max s * min s); without `duoScaling` mean|x|^ratio alone.
 *
 * Every weight is read twice and is in memory alone.
 *
 * @returns s, float32 [in], which the columns are to be multiplied by
 */
export async function sharedScale(request: SharedScaleRequest): Promise<Float32Array> {
  const { weights, statistics, duoScaling } = request;
  const magnitude = duoScaling ? await meanMagnitude(request) : null;
  const candidates = Array.from({ length: STEPS }, (_, step) => candidate(statistics.meanAbs, magnitude, step / STEPS));
  const errors = new Float64Array(STEPS);
  for (const weight of weights) {
    const values = await weight.read();
    candidates.forEach((scale, step) => {
      errors[step] += weight.shape[0] * outputError(request, weight, values, scale);
    });
  }
  return candidates[errors.indexOf(Math.min(...errors))];
}

async function meanMagnitude({ weights, group }: SharedScaleRequest): Promise<Float64Array> {
  const sums = new Float64Array(weights[0].shape[1]);
  for (const weight of weights) addRelativeMagnitudes(await weight.read(), group, sums);
  const rows = weights.reduce((sum, { shape }) => sum + shape[0], 0);
  return sums.map((value) => value / rows);
}

function candidate(meanAbs: Float32Array, magnitude: Float64Array | null, ratio: number): Float32Array {
  const scale = Float64Array.from(meanAbs, (x, j) =>
    Math.max(x ** ratio / (magnitude ? magnitude[j] ** (1 - ratio) + FLOOR : 1), FLOOR),
  );
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of scale) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Float32Array.from(scale, (value) => value / Math.sqrt(high * low));
}

/** Mean squared error of one weight's outputs when its columns are multiplied by a scale, rounded, and divided by it. */
function outputError(
  { statistics: { rows: x }, bits, group, kernels }: SharedScaleRequest,
  { shape: [rows, cols] }: BlockTensorView,
  values: Float32Array,
  scale: Float32Array,
): number {
  const { scheme } = roundings.rtn;
  const rowScale = new Float32Array((rows * cols) / group).fill(1);
  const columnScale = scale.map((value) => 1 / value);
  const normalize = { rowScale, columnScale, tileRows: rows, tileCols: group };
  const options = { scheme, bits, group, zeroLimit: Number.POSITIVE_INFINITY, normalize };
  return kernels.roundedError(x.data, x.rows, values, rows, cols, options, "l2");
}
