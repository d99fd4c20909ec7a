import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fma32 } from "./fma32.ts";

/** Exponent of the unit that exact values are counted in: every product of two float32 values is a whole number of them. */
const UNIT = -298;

function exact(x: number): bigint {
  if (x === 0) return 0n;
  // A float64 that came from float32 times 2^149 is whole.
  return BigInt(x * 2 ** 149) << BigInt(-149 - UNIT);
}

/** Nearest float32 of `value` units, halves to even, by whole numbers alone. */
function nearest(value: bigint): number {
  const size = value < 0n ? -value : value;
  const bits = size.toString(2).length;
  // 24 digits are kept, and none below 2^-149.
  const dropped = BigInt(Math.max(bits - 24, -149 - UNIT));
  const unit = 1n << dropped;
  let kept = size / unit;
  const rest = 2n * (size % unit);
  if (rest > unit || (rest === unit && kept % 2n === 1n)) kept++;
  const result = Math.fround(Number(kept) * 2 ** (Number(dropped) + UNIT));
  return value < 0n ? -result : result;
}

const f32 = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc
    .record({ m: fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), e: fc.integer({ min: -149, max: 20 }) })
    .map(({ m, e }) => Math.fround(m * 2 ** e)),
);

describe("fma32", () => {
  it("is the exact a * b + c, rounded once", () => {
    fc.assert(
      fc.property(f32, f32, f32, (a, b, c) => {
        const value = exact(a) * exact(b);
        const sum = (value >> BigInt(-UNIT)) + exact(c);
        // The product of two such counts is a count of 2^(2 UNIT): its digits below the unit are zeros.
        expect(value & ((1n << BigInt(-UNIT)) - 1n)).toBe(0n);
        expect(fma32(a, b, c) + 0).toBe(nearest(sum) + 0);
      }),
      { numRuns: 3000 },
    );
  });

  it("decides a float64 sum that is halfway by what float64 has lost", () => {
    // 1 + 2^-24 is halfway between 1 and 1 + 2^-23, 1 + 3 * 2^-24 between 1 + 2^-23 and 1 + 2^-22.
    const tiny = 2 ** -80;
    const above = Math.fround(1 + 2 ** -12);
    for (const sign of [1, -1]) {
      // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, which is halfway without a c.
      expect(fma32(sign * above, above, 0)).toBe(sign * (1 + 2 ** -11));
      expect(fma32(sign * above, above, sign * tiny)).toBe(sign * (1 + 2 ** -11 + 2 ** -23));
      expect(fma32(sign * above, above, -sign * tiny)).toBe(sign * (1 + 2 ** -11));
      // c = 1 + 2^-23 and a product of 2^-24: halfway, to even is up.
      const odd = 1 + 2 ** -23;
      expect(fma32(sign * 2 ** -12, 2 ** -12, sign * odd)).toBe(sign * (1 + 2 ** -22));
      const below = Math.fround(1 - 2 ** -24);
      expect(fma32(sign * 2 ** -12 * below, 2 ** -12 * (1 + 2 ** -23), sign * odd)).toBe(sign * (1 + 2 ** -22));
      expect(fma32(sign * 2 ** -12 * below, 2 ** -12 * below, sign * odd)).toBe(sign * odd);
    }
  });

  it("is the largest float32 just below where float32 ends, and infinite there", () => {
    const largest = (2 - 2 ** -23) * 2 ** 127;
    // (2^25 - 1) 2^103, halfway between the largest and 2^128.
    const [a, b] = [31 * 601 * 2 ** 50, 1801 * 2 ** 53];
    for (const sign of [1, -1]) {
      expect(fma32(sign * a, b, 0)).toBe(sign * Number.POSITIVE_INFINITY);
      expect(fma32(sign * a, b, sign)).toBe(sign * Number.POSITIVE_INFINITY);
      expect(fma32(sign * a, b, -sign)).toBe(sign * largest);
      expect(fma32(sign * 2 ** 64, 2 ** 64, -sign)).toBe(sign * Number.POSITIVE_INFINITY);
    }
    expect(fma32(Number.NaN, 1, 1)).toBeNaN();
    expect(fma32(Number.POSITIVE_INFINITY, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(fma32(2 ** 100, 2 ** 100, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
  });
});
