import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import type { InputTransform } from "./types.ts";

export interface Rotated {
  /** The weight times the transform along its inputs. */
  readonly weight: Matrix;
  /** For the encoding: with it `decode` gives back what stands for the weight itself. */
  readonly inputTransform: InputTransform;
}

/**
 * Rotates a weight along its inputs by normalized Hadamard matrices in the largest power-of-two blocks that divide the width. The
 * layer is the same where its inputs are rotated likewise, and outliers among the inputs are spread over a block.
 */
export function rotateInputs({ rows, cols, data }: Matrix, kernels: Kernels): Rotated {
  const block = largestPowerOfTwo(cols);
  return {
    weight: { rows, cols, data: kernels.hadamard(data, rows, cols, block) },
    inputTransform: { kind: "hadamard", block },
  };
}

/** The largest power of two that divides n. */
function largestPowerOfTwo(n: number): number {
  return n & -n;
}
