const LARGEST = 3.4028234663852886e38;
/** Halfway between the largest float32 and 2^128, which is where float32 becomes infinite. */
const OVERFLOW = 2 ** 128 - 2 ** 103;

/**
 * a * b + c for float32 a, b and c, rounded once to float32: the fused multiply-add of processors.
 *
 * The product is exact in float64, the sum is not always. Rounding it again is wrong only where it lies exactly between two
 * float32 values though the true sum does not: there, the true sum decides.
 */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const rounded = Math.fround(sum);
  const rest = sum - rounded;
  if (rest === 0) return rounded;
  // As far beyond the sum as `rounded` is before it: a float32 value only if the sum is halfway.
  const other = rounded + 2 * rest;
  return Math.abs(Math.fround(other) - other) > 0 ? rounded : roundHalfway(product, c, sum, rounded, other);
}

function roundHalfway(product: number, c: number, sum: number, rounded: number, other: number): number {
  // What the float64 sum lacks, exactly (Knuth's TwoSum).
  const part = sum - product;
  const lack = product - (sum - part) + (c - part);
  if (!Number.isFinite(rounded)) {
    const less = Math.abs(sum) === OVERFLOW && lack * sum < 0;
    return less ? Math.sign(sum) * LARGEST : rounded;
  }
  if (lack > 0) return Math.max(rounded, other);
  return lack < 0 ? Math.min(rounded, other) : rounded;
}
