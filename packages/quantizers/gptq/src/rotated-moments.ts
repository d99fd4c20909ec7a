import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";

/** The last rotation of every matrix of second moments, so that layers that share their inputs share it and what follows from it. */
const rotations = new WeakMap<Matrix, Matrix>();

/** Second moments of inputs that are rotated by normalized Hadamard blocks M: M H M, float32 [in, in]. */
export function rotatedMoments(secondMoment: Matrix, block: number, kernels: Kernels): Matrix {
  const known = rotations.get(secondMoment);
  if (known) return known;
  const { rows, cols } = secondMoment;
  const half = transposed(kernels.hadamard(secondMoment.data, rows, cols, block), cols);
  const rotated = { rows, cols, data: kernels.hadamard(half, rows, cols, block, half) };
  rotations.set(secondMoment, rotated);
  return rotated;
}

/** In tiles, because a column of a large matrix is a cache line for every value. */
const TILE = 16;

function transposed(data: Float32Array, n: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let top = 0; top < n; top += TILE) {
    for (let left = 0; left < n; left += TILE) {
      for (let i = top; i < Math.min(n, top + TILE); i++) {
        for (let j = left; j < Math.min(n, left + TILE); j++) out[j * n + i] = data[i * n + j];
      }
    }
  }
  return out;
}
