import type { ClipOptions } from "../types.ts";
import { checkFinite } from "./check-finite.ts";
import { groupRules } from "./group-rules.ts";
import { dot } from "./output-error.ts";

const f = Math.fround;
const MAX_FLOAT32 = 3.4028234663852886e38;

/**
 * The magnitude that every group of weights is best limited to before rounding: of max|w| (1 - i / steps) for i = 0, 1, ... up to
 * `shrink`, not included, the first with the smallest squared error of the group's share of the outputs (AutoAWQ's `auto_clip`).
 *
 * Products and sums are those of `outputError` within the columns of the group; rounding is the asymmetric scheme's.
 *
 * x: [tokens, cols]; weight: [outputs, cols]; returns float32 [outputs, cols / group]
 */
export function clipSearch(
  x: Float32Array,
  tokens: number,
  weight: Float32Array,
  outputs: number,
  cols: number,
  options: ClipOptions,
): Float32Array {
  checkFinite(weight, cols);
  const { bits, group, steps } = options;
  const groups = cols / group;
  const limits = new Float32Array(outputs * groups);
  const rounding = { bits, zeroLimit: MAX_FLOAT32, thresholds: new Float32Array(0) };
  const clipped = new Float32Array(group);
  const difference = new Float32Array(group);
  const codes = new Uint8Array(group);
  const grid = { scale: 0, zero: 0 };
  for (let at = 0; at < limits.length; at++) {
    const w = weight.subarray(at * group, (at + 1) * group);
    const largest = w.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    limits[at] = largest;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < clipCandidates(options); i++) {
      const limit = f(largest * f(1 - i / steps));
      for (let j = 0; j < group; j++) clipped[j] = Math.min(Math.max(w[j], -limit), limit);
      groupRules.asymmetric(clipped, rounding, codes, 0, grid);
      for (let j = 0; j < group; j++) difference[j] = w[j] - f(f(codes[j] - grid.zero) * f(grid.scale));
      let error = 0;
      for (let t = 0; t < tokens; t++) error += dot(x, t * cols + (at % groups) * group, difference) ** 2;
      if (error < least) [limits[at], least] = [limit, error];
    }
  }
  return limits;
}

/** How many limits are tried. */
export function clipCandidates({ steps, shrink }: ClipOptions): number {
  return Math.max(1, Math.floor(shrink * steps));
}
