import type { Kernels } from "@sinqbench/kernels";
import { applyScales, type BlockTensorView, type MovedScales, type NormalizationOptions } from "@sinqbench/quantizer";

/** 256 MiB */
const DEFAULT_STACK_VALUES = 1 << 26;

export interface SharedScaleRequest {
  /** Weights [out, in] that take the same inputs; they are stacked along their rows. */
  readonly weights: readonly BlockTensorView[];
  /** What they have been multiplied by so far. */
  readonly moved: MovedScales;
  /** Columns of a tile; divides the width. */
  readonly tile: number;
  readonly normalization: NormalizationOptions;
  readonly kernels: Kernels;
  /** Stacked values in memory at once: where there are more, the weights are read again for every slice of their columns. */
  readonly stackValues?: number;
}

/**
 * One column scale t for several weights: that of the Sinkhorn-style normalization of their stack in tiles of all rows x `tile`
 * columns, over its median (the lower of two middle ones).
 *
 * @returns t, float32 [in]
 */
export async function sharedColumnScale(request: SharedScaleRequest): Promise<Float32Array> {
  const { weights, tile, normalization, kernels, stackValues = DEFAULT_STACK_VALUES } = request;
  const cols = weights[0].shape[1];
  const rows = weights.reduce((sum, { shape }) => sum + shape[0], 0);
  const width = Math.max(tile, Math.floor(stackValues / rows / tile) * tile);
  const scale = new Float32Array(cols);
  for (let from = 0; from < cols; from += width) {
    const to = Math.min(from + width, cols);
    const stack = await stackColumns(request, rows, from, to);
    const options = { ...normalization, tileRows: rows, tileCols: tile };
    scale.set(kernels.sinkhorn(stack, rows, to - from, options).columnScale, from);
  }
  const median = Float32Array.from(scale).sort()[Math.floor((cols - 1) / 2)];
  return scale.map((value) => value / median);
}

/** Columns [from, to) of all weights, one below the other, float32 [rows, to - from]. */
async function stackColumns(
  { weights, moved }: SharedScaleRequest,
  rows: number,
  from: number,
  to: number,
): Promise<Float32Array> {
  const width = to - from;
  const stack = new Float32Array(rows * width);
  let at = 0;
  for (const weight of weights) {
    const values = await weight.read();
    applyScales(values, moved.of(weight));
    const cols = weight.shape[1];
    for (let row = 0; row < values.length; row += cols, at += width) {
      stack.set(values.subarray(row + from, row + to), at);
    }
  }
  return stack;
}
