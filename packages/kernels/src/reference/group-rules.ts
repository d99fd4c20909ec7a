import type { RoundScheme } from "../types.ts";
import { clamp, laneTree, roundHalfEven, roundSmall } from "./numeric.ts";

const f = Math.fround;
/** Scale that replaces one whose zero point would not fit the stored precision: |zero| is then at most this. */
const COARSE_STEPS = 2048;
const MAX_FLOAT32 = 3.4028234663852886e38;

export interface GroupSettings {
  readonly bits: number;
  readonly zeroLimit: number;
  /** See `codebookThresholds`; only for codebooks. */
  readonly thresholds: Float32Array;
}

/** Scale and zero of the group just rounded. */
export interface GroupScale {
  scale: number;
  zero: number;
}

/** Rounds one group: values x -> codes, scale and zero. */
export type GroupRule = (
  x: Float32Array,
  settings: GroupSettings,
  codes: Uint8Array,
  at: number,
  out: GroupScale,
) => void;

/** scale = max(max - min, 1e-4) / (2^bits - 1), zero = -round(min / scale), code = clamp(round(x / scale + zero)). */
function asymmetric(x: Float32Array, settings: GroupSettings, codes: Uint8Array, at: number, out: GroupScale): void {
  const top = 2 ** settings.bits - 1;
  let low = x[0];
  let high = x[0];
  for (let j = 1; j < x.length; j++) {
    if (x[j] < low) low = x[j];
    if (x[j] > high) high = x[j];
  }
  const range = f(high - low);
  let scale = f(Math.max(range, f(1e-4)) / top);
  let zero = 0 - roundHalfEven(f(low / scale));
  if (Math.abs(zero) > settings.zeroLimit) {
    scale = coarseScale(low, high);
    zero = 0 - roundHalfEven(f(low / scale));
  }
  for (let j = 0; j < x.length; j++) codes[at + j] = roundSmall(clamp(f(f(x[j] / scale) + zero), 0, top));
  out.scale = scale;
  out.zero = zero;
}

/** scale = max(|x|max, 1e-5) / (2^(bits-1) - 2), code = clip(round(x / scale), ...) + 2^(bits-1) - 1. */
function symmetric(x: Float32Array, settings: GroupSettings, codes: Uint8Array, at: number, out: GroupScale): void {
  const top = 2 ** (settings.bits - 1) - 2;
  const offset = top + 1;
  let largest = f(1e-5);
  for (let j = 0; j < x.length; j++) if (Math.abs(x[j]) > largest) largest = Math.abs(x[j]);
  const scale = f(largest / top);
  // The published lower bound is -2^(bits-1); it is never reached, and one more keeps the stored code from going below 0.
  for (let j = 0; j < x.length; j++) codes[at + j] = roundSmall(clamp(f(x[j] / scale), -offset, top)) + offset;
  out.scale = scale;
  out.zero = offset;
}

/** scale = max(|x - mean|max, 1e-4), zero = -mean / scale, code = nearest level to x / scale + zero. */
function codebookShift(x: Float32Array, settings: GroupSettings, codes: Uint8Array, at: number, out: GroupScale): void {
  const lanes = new Float64Array(8);
  let low = x[0];
  let high = x[0];
  for (let j = 0; j < x.length; j++) {
    lanes[j & 7] += x[j];
    if (x[j] < low) low = x[j];
    if (x[j] > high) high = x[j];
  }
  const mean = f(laneTree(lanes) / x.length);
  // The largest |x - mean| is at an extreme, and rounding keeps that order.
  const above = f(high - mean);
  const below = f(mean - low);
  let scale = f(1e-4);
  if (above > scale) scale = above;
  if (below > scale) scale = below;
  let zero = f(0 - f(mean / scale));
  if (Math.abs(zero) > settings.zeroLimit) {
    scale = coarseScale(low, high);
    zero = f(0 - f(mean / scale));
  }
  for (let j = 0; j < x.length; j++) codes[at + j] = nearestLevel(f(f(x[j] / scale) + zero), settings.thresholds);
  out.scale = scale;
  out.zero = zero;
}

/** scale = |x|max, code = nearest level to x * (1 / scale). A group of zeros, or too small to divide by, is all level 0. */
function codebookAbsmax(
  x: Float32Array,
  settings: GroupSettings,
  codes: Uint8Array,
  at: number,
  out: GroupScale,
): void {
  let largest = 0;
  for (let j = 0; j < x.length; j++) if (Math.abs(x[j]) > largest) largest = Math.abs(x[j]);
  const inverse = Math.min(f(1 / largest), MAX_FLOAT32);
  for (let j = 0; j < x.length; j++) codes[at + j] = nearestLevel(f(x[j] * inverse), settings.thresholds);
  out.scale = largest;
  out.zero = 0;
}

/** Index of the level nearest to t: see `codebookThresholds`. */
function nearestLevel(t: number, thresholds: Float32Array): number {
  let code = 0;
  for (let k = 0; k < thresholds.length; k++) if (t > thresholds[k]) code++;
  return code;
}

function coarseScale(low: number, high: number): number {
  return f(Math.max(-low, high) / COARSE_STEPS);
}

export const groupRules: Readonly<Record<RoundScheme, GroupRule>> = {
  asymmetric,
  symmetric,
  "codebook-shift": codebookShift,
  "codebook-absmax": codebookAbsmax,
};

/** Whether each group has its own zero; else there is one for all. */
export function hasGroupZeros(scheme: RoundScheme): boolean {
  return scheme === "asymmetric" || scheme === "codebook-shift";
}
