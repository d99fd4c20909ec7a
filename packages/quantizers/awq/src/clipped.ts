import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";

/** Candidates: the largest magnitude of a group times 1, 0.95, ... 0.55. */
const STEPS = 20;
const SHRINK = 0.5;

/**
 * The weight with every group limited to the magnitude that gives its share of the outputs the smallest squared error after
 * rounding (AutoAWQ's `auto_clip`, `n_grid` 20 and `max_shrink` 0.5), the largest of equals.
 *
 * @param x inputs of the layer, [tokens, in]
 */
export function clipped(
  { rows, cols, data }: Matrix,
  x: Matrix,
  { bits, group }: { readonly bits: number; readonly group: number },
  kernels: Kernels,
): Matrix {
  const limits = kernels.clipSearch(x.data, x.rows, data, rows, cols, { bits, group, steps: STEPS, shrink: SHRINK });
  return {
    rows,
    cols,
    data: data.map((value, i) => {
      const limit = limits[Math.floor(i / group)];
      return Math.min(Math.max(value, -limit), limit);
    }),
  };
}
