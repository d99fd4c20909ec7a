/**
 * The float32 arithmetic that both implementations share, operation by operation; cpu/numeric.h is its twin.
 *
 * `+ - * /` and sqrt on float32 values computed in double and then rounded give the correctly rounded float32 result (53 >=
 * 2 * 24 + 2 bits), so one Math.fround per operation is exact float32 arithmetic.
 */
const f = Math.fround;

/** 1.5 * 2^23: adding and subtracting it rounds |x| < 2^22 to an integer, half to even. */
const ROUNDER = 12582912;
const LOG2E = f(Math.LOG2E);
const SQRT2 = f(Math.SQRT2);

/** (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2, highest power first: least squares on Chebyshev nodes, relative to e^r. */
const [E0, E1, E2, E3, E4, E5] = [0.00019826496, 0.0013946021, 0.00833343, 0.04166627, 0.16666666, 0.5].map(f);
/** (ln(1 + r) - r + r^2 / 2) / r^3 on sqrt(1/2) <= 1 + r <= sqrt 2, highest power first: fitted alike. */
const [L0, L1, L2, L3, L4, L5, L6, L7, L8, L9] = [
  -0.057002943, 0.10457661, -0.10865212, 0.1107638, -0.12422451, 0.14281814, -0.16669402, 0.20000203, -0.24999967,
  0.3333333,
].map(f);

const word = new Int32Array(1);
const float = new Float32Array(word.buffer);

/**
 * e^x in float32 for |x| <= 80, within 0.55 ulp: a float32 polynomial, joined to its leading terms in double.
 *
 * So close to correct rounding because the early stop of SINQ compares imbalances whose last bits follow from it.
 */
export function exp32(x: number): number {
  const n = f(f(f(x * LOG2E) + ROUNDER) - ROUNDER);
  const rest = x - n * Math.LN2;
  const r = f(rest);
  let p = E0;
  p = f(f(p * r) + E1);
  p = f(f(p * r) + E2);
  p = f(f(p * r) + E3);
  p = f(f(p * r) + E4);
  p = f(f(p * r) + E5);
  const y = f(rest * rest * p + rest + 1);
  word[0] = (n + 127) << 23;
  return f(y * float[0]);
}

/** Natural logarithm in float32 of a positive, normal x, within 0.56 ulp: made like `exp32`. */
export function log32(x: number): number {
  float[0] = x;
  let exponent = (word[0] >> 23) - 127;
  word[0] = (word[0] & 0x007fffff) | 0x3f800000;
  let m = float[0];
  if (m > SQRT2) {
    m = f(m * 0.5);
    exponent += 1;
  }
  const r = f(m - 1);
  let p = L0;
  p = f(f(p * r) + L1);
  p = f(f(p * r) + L2);
  p = f(f(p * r) + L3);
  p = f(f(p * r) + L4);
  p = f(f(p * r) + L5);
  p = f(f(p * r) + L6);
  p = f(f(p * r) + L7);
  p = f(f(p * r) + L8);
  p = f(f(p * r) + L9);
  return f(r + (p * r - 0.5) * (r * r) + exponent * Math.LN2);
}

/** Into [low, high]; NaN becomes `low`, so that no NaN spreads through a comparison. */
export function clamp(x: number, low: number, high: number): number {
  return x > low ? Math.min(x, high) : low;
}

/** Nearest integer, halves to even, for |x| < 2^22 only: the form the code loops use after clamping. */
export function roundSmall(x: number): number {
  return f(f(x + ROUNDER) - ROUNDER);
}

/** Nearest integer, halves to even, for any x. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down;
  return rest > 0.5 || down % 2 !== 0 ? down + 1 : down;
}

/** Sum of eight double lanes in the order that halves a SIMD register: (l, l+4), then (l, l+2), then (l, l+1). */
export function laneTree(s: Float64Array): number {
  return s[0] + s[4] + (s[2] + s[6]) + (s[1] + s[5] + (s[3] + s[7]));
}
