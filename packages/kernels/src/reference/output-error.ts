import type { ErrorNorm } from "../types.ts";
import { fma32 } from "./fma32.ts";

/** Columns whose products are summed in float32. */
const BLOCK = 256;

/**
 * Mean over tokens and outputs of |x W^T - x W'^T| (l1) or of its square (l2).
 *
 * The product is one of x and W - W' (float32). An output's sum is that of float32 fused multiply-adds within blocks of 256
 * columns, in their order from 0, and float64 over the blocks; its magnitudes or squares are summed in float64 in the order of the
 * tokens, then of the outputs.
 *
 * x: [tokens, cols]; weight, approximation: [outputs, cols]
 */
export function outputError(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  approximation: Float32Array,
  outputs: number,
  cols: number,
  norm: ErrorNorm,
): number {
  const difference = new Float32Array(cols);
  let total = 0;
  for (let o = 0; o < outputs; o++) {
    for (let j = 0; j < cols; j++) difference[j] = weight[o * cols + j] - approximation[o * cols + j];
    let sum = 0;
    for (let t = 0; t < tokens; t++) {
      const error = dot(x, t * cols, difference);
      sum += norm === "l1" ? Math.abs(error) : error * error;
    }
    total += sum;
  }
  return total / (tokens * outputs);
}

/** x[first, ...] times a difference: see `outputError`. */
export function dot(x: Float32Array, first: number, difference: Float32Array): number {
  let sum = 0;
  for (let from = 0; from < difference.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, difference.length);
    let part = 0;
    for (let j = from; j < to; j++) part = fma32(x[first + j], difference[j], part);
    sum += part;
  }
  return sum;
}
