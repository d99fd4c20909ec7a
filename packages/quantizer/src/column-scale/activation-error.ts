import type { Matrix } from "@sinqbench/tensor";

/** How the differences of outputs are averaged: their magnitudes, or their squares. */
export type ErrorNorm = "l1" | "l2";

/** Tokens and outputs whose sums stay in registers together. */
const TOKENS = 4;
const OUTPUTS = 2;

/**
 * Mean over tokens and outputs of |x W^T - x W'^T| (l1) or of its square (l2).
 *
 * The product is one of x and W - W' (float32). Sums are float64 in the order of the columns, then of the tokens of an
 * output, then of the outputs: another implementation that keeps this order gives the same bits, since a product of two
 * float32 values is exact in float64.
 *
 * x: [n, in]; weight: [out, in]; approximation: float32 [out, in]
 */
export function activationError(x: Matrix, weight: Matrix, approximation: Float32Array, norm: ErrorNorm): number {
  const { rows: outputs, cols } = weight;
  const tokens = Float64Array.from(x.data);
  const difference = new Float64Array(OUTPUTS * cols);
  let total = 0;
  for (let first = 0; first < outputs; first += OUTPUTS) {
    const last = Math.min(first + OUTPUTS, outputs);
    for (let i = first * cols; i < last * cols; i++) {
      difference[i - first * cols] = Math.fround(weight.data[i] - approximation[i]);
    }
    // A missing last output repeats the one before and is not counted.
    if (last - first < OUTPUTS) difference.copyWithin(cols, 0, cols);
    const sums = outputSums(tokens, x.rows, difference, cols, norm === "l1" ? Math.abs : (e) => e * e);
    for (let o = first; o < last; o++) total += sums[o - first];
  }
  return total / (x.rows * outputs);
}

/** Sum over tokens of `size` of the difference of each of two outputs. */
function outputSums(
  x: Float64Array,
  n: number,
  difference: Float64Array,
  cols: number,
  size: (e: number) => number,
): [number, number] {
  let sum0 = 0;
  let sum1 = 0;
  let token = 0;
  for (; token + TOKENS <= n; token += TOKENS) {
    const r0 = token * cols;
    const r1 = r0 + cols;
    const r2 = r1 + cols;
    const r3 = r2 + cols;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    let b3 = 0;
    for (let j = 0; j < cols; j++) {
      const d = difference[j];
      const e = difference[cols + j];
      const x0 = x[r0 + j];
      const x1 = x[r1 + j];
      const x2 = x[r2 + j];
      const x3 = x[r3 + j];
      a0 += x0 * d;
      a1 += x1 * d;
      a2 += x2 * d;
      a3 += x3 * d;
      b0 += x0 * e;
      b1 += x1 * e;
      b2 += x2 * e;
      b3 += x3 * e;
    }
    sum0 = sum0 + size(a0) + size(a1) + size(a2) + size(a3);
    sum1 = sum1 + size(b0) + size(b1) + size(b2) + size(b3);
  }
  for (; token < n; token++) {
    let a = 0;
    let b = 0;
    for (let j = 0; j < cols; j++) {
      a += x[token * cols + j] * difference[j];
      b += x[token * cols + j] * difference[cols + j];
    }
    sum0 += size(a);
    sum1 += size(b);
  }
  return [sum0, sum1];
}
