import { shrinkFrom } from "../shrink-from.ts";
import type { HqqOptions, Rounded } from "../types.ts";
import { checkFinite } from "./check-finite.ts";
import { clamp, exp32, laneTree, log32, roundHalfEven, roundSmall } from "./numeric.ts";
import { pack } from "./pack.ts";

const f = Math.fround;
/** Spread up to which a group counts as constant, and the largest reciprocal scale: those of the HQQ library. */
const SPREAD_MIN = f(1e-4);
const RECIPROCAL_MAX = 2e4;
/** Steps of the coarser scale of a group whose zero would not fit: see `RoundOptions.zeroLimit`. */
const COARSE_STEPS = 2048;

/** A group while it is solved: x ~ (code - zero) / reciprocal. */
interface Group {
  readonly x: Float32Array;
  readonly reciprocal: number;
  zero: number;
}

/**
 * Half-quadratic quantization: scales from each group's range, zeros by a proximal solver of min |W - W'|_p^p.
 *
 * One step of a group: q = clamp(round(x * r + z)), x' = (q - z) / r, e = sign(d) * max(|d| - |d|^(p-1) / beta, 0) with
 * d = x - x', z = mean(q - (x - e) * r). Source: HQQ (mobiusml/hqq), `optimize_weights_proximal`, and SINQ 38144fc, whose bounds
 * of 1e-5 to 1e5 on r and |d| are left out: they only act on groups that span a million, and there they spoil them.
 */
export function hqq(weight: Float32Array, rows: number, cols: number, options: HqqOptions): Rounded {
  const { bits, group, keep, normalize } = options;
  checkFinite(weight, cols);
  const across = cols / group;
  const groups = Array.from({ length: rows * across }, (_, at) =>
    start(readGroup(weight, cols, options, Math.floor(at / across), at % across), options),
  );
  const codes = new Uint8Array(rows * cols);
  if (keep === "last") solveMatrix(groups, codes, options);
  else {
    for (let top = 0; top < rows; top += options.tileRows) {
      for (let column = 0; column < across; column++) {
        const height = Math.min(options.tileRows, rows - top);
        const members = Array.from({ length: height }, (_, i) => (top + i) * across + column);
        solveTile(groups, members, codes, options);
      }
    }
  }
  const scale = Float32Array.from(groups, ({ reciprocal }, at) => {
    const row = Math.floor(at / across);
    const tile = Math.floor(((at % across) * group) / (normalize?.tileCols ?? cols));
    const rowScale = normalize ? normalize.rowScale[row * (cols / normalize.tileCols) + tile] : 1;
    return f(1 / reciprocal) * rowScale;
  });
  return { codes: pack(codes, bits), scale, zero: Float32Array.from(groups, ({ zero }) => zero) };
}

/** The HQQ library's way: all groups step together until the matrix's mean error does not fall; codes of the last zeros. */
function solveMatrix(groups: readonly Group[], codes: Uint8Array, options: HqqOptions): void {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < options.iterations; i++) {
    const error = stepAll(groups, options);
    if (!(error < best)) break;
    best = error;
  }
  for (let at = 0; at < groups.length; at++) writeCodes(groups[at], codes, at * options.group, options);
}

/** SINQ's way: every step is taken; a tile keeps the zeros of its best one, and the codes of the last. */
function solveTile(all: readonly Group[], members: readonly number[], codes: Uint8Array, options: HqqOptions): void {
  const groups = members.map((at) => all[at]);
  let best = Number.POSITIVE_INFINITY;
  let zeros = groups.map(() => 0);
  for (let i = 0; i < options.iterations; i++) {
    if (i === options.iterations - 1) {
      for (const at of members) writeCodes(all[at], codes, at * options.group, options);
    }
    const error = stepAll(groups, options);
    if (error < best) {
      best = error;
      zeros = groups.map(({ zero }) => zero);
    }
  }
  for (let k = 0; k < groups.length; k++) groups[k].zero = zeros[k];
}

/** Takes one step of every group; the mean |x - x'| before it in float32, groups summed one after another in double. */
function stepAll(groups: readonly Group[], options: HqqOptions): number {
  const sum = groups.reduce((total, group) => total + takeStep(group, options), 0);
  return f(sum / (groups.length * options.group));
}

function readGroup(weight: Float32Array, cols: number, options: HqqOptions, row: number, g: number): Float32Array {
  const { group, normalize } = options;
  const x = weight.slice(row * cols + g * group, row * cols + (g + 1) * group);
  if (!normalize) return x;
  const column = Math.floor(row / normalize.tileRows) * cols + g * group;
  const r = normalize.rowScale[row * (cols / normalize.tileCols) + Math.floor((g * group) / normalize.tileCols)];
  return x.map((value, j) => f(value / normalize.columnScale[column + j]) / r);
}

/** Scale and first zero from the range of a group. */
function start(x: Float32Array, { bits, roundZero, zeroLimit }: HqqOptions): Group {
  let low = x[0];
  let high = x[0];
  for (let j = 1; j < x.length; j++) {
    if (x[j] < low) low = x[j];
    if (x[j] > high) high = x[j];
  }
  const range = f(high - low);
  let reciprocal = range <= SPREAD_MIN ? 1 : Math.min(f((2 ** bits - 1) / range), RECIPROCAL_MAX);
  if (Math.abs(f(low * reciprocal)) > zeroLimit) reciprocal = f(COARSE_STEPS / Math.max(-low, high));
  const zero = 0 - f(low * reciprocal);
  return { x, reciprocal, zero: roundZero ? roundHalfEven(zero) : zero };
}

function codeOf(x: number, { reciprocal, zero }: Group, top: number): number {
  return roundSmall(clamp(f(f(x * reciprocal) + zero), 0, top));
}

function writeCodes(group: Group, codes: Uint8Array, at: number, { bits }: HqqOptions): void {
  for (let j = 0; j < group.x.length; j++) codes[at + j] = codeOf(group.x[j], group, 2 ** bits - 1);
}

/** One step: the group's next zero, and the sum of |x - x'| with the zero before. */
function takeStep(group: Group, options: HqqOptions): number {
  const { x, reciprocal, zero } = group;
  const from = shrinkFrom(options);
  const top = 2 ** options.bits - 1;
  const terms = new Float32Array(x.length);
  const lanes = new Float64Array(8);
  for (let j = 0; j < x.length; j++) {
    const q = codeOf(x[j], group, top);
    const d = f(x[j] - f(f(q - zero) / reciprocal));
    lanes[j & 7] += Math.abs(d);
    terms[j] = q - f(f(x[j] - shrink(d, from, options)) * reciprocal);
  }
  group.zero = f(orderedSum(terms) / x.length);
  return laneTree(lanes);
}

/** sign(d) * max(|d| - |d|^(p-1) / beta, 0), which is 0 up to `from`. */
function shrink(d: number, from: number, { lpNorm, beta }: HqqOptions): number {
  const a = Math.abs(d);
  if (!(a > from)) return 0;
  const power = exp32(f(f(lpNorm - 1) * log32(a)));
  const left = Math.max(f(a - f(f(1 / beta) * power)), 0);
  return d < 0 ? -left : left;
}

/**
 * Sum in float32 in the order in which the published codes' framework sums a row: four rows of eight lanes in turn, what is left of
 * eight to the first of them; then the four added up, then what is left of single values and the lanes one after another.
 */
function orderedSum(values: Float32Array): number {
  const lanes = new Float32Array(32);
  const vectors = Math.floor(values.length / 8);
  const whole = vectors - (vectors % 4);
  for (let v = 0; v < vectors; v++) {
    const row = v < whole ? v % 4 : 0;
    for (let l = 0; l < 8; l++) lanes[row * 8 + l] += values[v * 8 + l];
  }
  for (let k = 8; k < 32; k++) lanes[k & 7] += lanes[k];
  let sum = 0;
  for (let j = vectors * 8; j < values.length; j++) sum = f(sum + values[j]);
  for (let l = 0; l < 8; l++) sum = f(sum + lanes[l]);
  return sum;
}
