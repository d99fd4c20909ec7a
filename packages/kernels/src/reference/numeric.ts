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
/** ln 2 in two parts; the first has few enough bits that n * LN2_HIGH is exact for |n| < 2^10. */
const LN2_HIGH = f(0.693359375);
const LN2_LOW = f(-2.121944400546906e-4);
const SQRT2 = f(Math.SQRT2);

const EXP = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1].map(f);
const [E0, E1, E2, E3, E4, E5] = EXP;
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);
const [L0, L1, L2, L3, L4, L5, L6, L7, L8] = LOG;

const word = new Int32Array(1);
const float = new Float32Array(word.buffer);

/** e^x in float32 for |x| <= 80, within 1 ulp. */
export function exp32(x: number): number {
  const n = f(f(f(x * LOG2E) + ROUNDER) - ROUNDER);
  const r = f(f(x - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  let p = E0;
  p = f(f(p * r) + E1);
  p = f(f(p * r) + E2);
  p = f(f(p * r) + E3);
  p = f(f(p * r) + E4);
  p = f(f(p * r) + E5);
  const y = f(f(f(f(r * r) * p) + r) + 1);
  word[0] = (n + 127) << 23;
  return f(y * float[0]);
}

/** Natural logarithm in float32 of a positive, normal x, within 1 ulp. */
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
  const z = f(r * r);
  let p = L0;
  p = f(f(p * r) + L1);
  p = f(f(p * r) + L2);
  p = f(f(p * r) + L3);
  p = f(f(p * r) + L4);
  p = f(f(p * r) + L5);
  p = f(f(p * r) + L6);
  p = f(f(p * r) + L7);
  p = f(f(p * r) + L8);
  let y = f(f(p * r) * z);
  y = f(y + f(exponent * LN2_LOW));
  y = f(y - f(z * 0.5));
  return f(f(r + y) + f(exponent * LN2_HIGH));
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

/** Sum of eight lanes in the order that halves a SIMD register: (l, l+4), then (l, l+2), then (l, l+1). */
export function laneTree(s: Float32Array): number {
  return f(f(f(s[0] + s[4]) + f(s[2] + s[6])) + f(f(s[1] + s[5]) + f(s[3] + s[7])));
}
