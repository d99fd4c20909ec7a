import { nonFiniteWeight } from "../messages.ts";

/** Throws BenchError `non-finite-weight` for the first NaN or infinity of a row-major matrix. */
export function checkFinite(weight: Float32Array, cols: number): void {
  for (let i = 0; i < weight.length; i++) {
    if (!Number.isFinite(weight[i])) throw nonFiniteWeight(Math.floor(i / cols), i % cols, weight[i]);
  }
}
