import type { GptqFactor, GptqRounding, Rounded } from "../types.ts";
import { checkFinite } from "./check-finite.ts";
import { pack } from "./pack.ts";

/**
 * GPTQ: rounds column after column and spreads the error of each over those that follow, by the inverse second moments
 * (IST-DASLab's gptq.py, float64 here).
 *
 * A group's scale and zero come from its columns when its first one is reached: as they stand after all earlier blocks of
 * `block` columns, without what the current block has spread so far. That is what the published code does when a block holds
 * several groups. Every column loses the errors of the earlier ones in their order, one float64 product and difference at a time.
 */
export function gptq(
  weight: Float32Array,
  rows: number,
  cols: number,
  { order, unused, upper }: GptqFactor,
  { bits, group, block }: GptqRounding,
): Rounded {
  checkFinite(weight, cols);
  const top = 2 ** bits - 1;
  const groups = cols / group;
  const codes = new Uint8Array(rows * cols);
  const scale = new Float32Array(rows * groups);
  const zero = new Float32Array(rows * groups);
  const settled = new Float64Array(cols);
  const current = new Float64Array(block);
  const errors = new Float64Array(block);
  for (let i = 0; i < rows; i++) {
    for (let p = 0; p < cols; p++) settled[p] = unused[p] ? 0 : weight[i * cols + order[p]];
    for (let start = 0; start < cols; start += block) {
      const end = Math.min(start + block, cols);
      for (let p = start; p < end; p++) current[p - start] = settled[p];
      for (let p = start; p < end; p++) {
        const g = i * groups + Math.floor(p / group);
        if (p % group === 0) [scale[g], zero[g]] = gridOf(settled, p, p + group, top);
        const w = current[p - start];
        const steps = roundHalfEven(w / scale[g]) + zero[g];
        // A weight that is no longer a number gets code 0.
        const code = steps > 0 ? Math.min(steps, top) : 0;
        codes[i * cols + p] = code;
        const error = (w - (code - zero[g]) * scale[g]) / upper[p * cols + p];
        errors[p - start] = error;
        for (let q = p + 1; q < end; q++) current[q - start] -= error * upper[p * cols + q];
      }
      for (let p = start; p < end; p++) {
        const error = errors[p - start];
        for (let q = end; q < cols; q++) settled[q] -= error * upper[p * cols + q];
      }
    }
  }
  return { codes: pack(codes, bits), scale, zero };
}

/** Scale and zero of columns [first, last): the range with 0 in it, over the codes; a range of 0 counts as -1 to 1. */
function gridOf(w: Float64Array, first: number, last: number, top: number): [scale: number, zero: number] {
  let low = 0;
  let high = 0;
  for (let p = first; p < last; p++) {
    if (w[p] < low) low = w[p];
    if (w[p] > high) high = w[p];
  }
  // So few denormals that float32 has no step for them are 0 too, where the published code divides by zero.
  const scale = Math.fround(Math.fround(high - low) / top);
  return scale > 0 ? [scale, roundHalfEven((0 - low) / scale)] : [Math.fround(2 / top), roundHalfEven(top / 2)];
}

/** Nearest whole number, halves to even. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down;
  return rest > 0.5 || down % 2 !== 0 ? down + 1 : down;
}
