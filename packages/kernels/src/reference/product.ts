import type { DequantizeInput } from "../types.ts";
import { dequantize } from "./dequantize.ts";
import { fma32 } from "./fma32.ts";

/** Sums that an output is made of, and the neighbouring columns that one of them takes before the next one's turn. */
const SUMS = 16;
const STEPS = 4;

/**
 * y: float32 [tokens, rows] = (x * columnScale) W^T, where W is what `dequantize` gives back without the column scale.
 *
 * The column scale multiplies the inputs, rounded to float32. Column j belongs to sum floor(j / 4) mod 16; the sums are float32 fused
 * multiply-adds from 0 in the order of their columns, with zeros up to a multiple of 64 columns. They are folded in float32:
 * sum k and sum k + 8, then k + 4, k + 2 and k + 1.
 *
 * x: [tokens, cols]
 */
export function product(x: Float32Array, tokens: number, { columnScale, ...plain }: DequantizeInput): Float32Array {
  const { rows, cols } = plain;
  const weight = dequantize(plain);
  const y = new Float32Array(tokens * rows);
  const padded = Math.ceil(cols / (SUMS * STEPS)) * SUMS * STEPS;
  const input = new Float32Array(padded);
  const row = new Float32Array(padded);
  for (let n = 0; n < tokens; n++) {
    for (let j = 0; j < cols; j++) input[j] = columnScale ? x[n * cols + j] * columnScale[j] : x[n * cols + j];
    for (let i = 0; i < rows; i++) {
      row.set(weight.subarray(i * cols, (i + 1) * cols));
      y[n * rows + i] = dot(input, row);
    }
  }
  return y;
}

function dot(input: Float32Array, row: Float32Array): number {
  const sums = new Float32Array(SUMS);
  for (let j = 0; j < row.length; j++) {
    const sum = Math.floor(j / STEPS) % SUMS;
    sums[sum] = fma32(input[j], row[j], sums[sum]);
  }
  for (let half = SUMS / 2; half >= 1; half /= 2) {
    for (let k = 0; k < half; k++) sums[k] += sums[k + half];
  }
  return sums[0];
}
