import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float16ToFloat32, float32ToFloat16 } from "./float16.ts";

/** Value of a pattern by the definition of binary16, in double arithmetic. */
function patternValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Bits of the neighbour above (step 1) or below (step -1) of a positive float32. */
const neighbour = (value: number, step: number): number => {
  const bits = new Uint32Array(new Float32Array([value]).buffer);
  bits[0] += step;
  return new Float32Array(bits.buffer)[0];
};

const narrow = (value: number): number => float32ToFloat16(new Float32Array([value]))[0];

const every = Uint16Array.from({ length: 0x10000 }, (_, i) => i);

describe("float16ToFloat32", () => {
  it("agrees with the definition of binary16 on all 65536 patterns", () => {
    const values = float16ToFloat32(every);
    const wrong = [...every].filter((half) => !Object.is(values[half], patternValue(half)));
    expect(wrong).toEqual([]);
  });

  it("keeps the payload of every NaN", () => {
    const bits = new Uint32Array(float16ToFloat32(every).buffer);
    for (let half = 0x7c01; half <= 0x7fff; half++) expect(bits[half] & 0x7fffff).toBe((half & 0x3ff) << 13);
  });

  it("writes into the array it is given and no further", () => {
    const out = new Float32Array(4).fill(9);
    float16ToFloat32(Uint16Array.of(0x3c00, 0xc000), out.subarray(1));
    expect([...out]).toEqual([9, 1, -2, 9]);
  });
});

describe("float32ToFloat16", () => {
  it("gives back every pattern, NaN made quiet", () => {
    const back = float32ToFloat16(float16ToFloat32(every));
    const wrong = [...every].filter((half) => {
      const isNaNPattern = (half & 0x7fff) > 0x7c00;
      return back[half] !== (isNaNPattern ? half | 0x200 : half);
    });
    expect(wrong).toEqual([]);
  });

  it("rounds half to even between all neighbours, with both signs", () => {
    const wrong: number[] = [];
    for (let half = 0; half < 0x7c00; half++) {
      // Above the largest finite value stands 65536, which rounds to infinity.
      const above = half === 0x7bff ? 65536 : patternValue(half + 1);
      const middle = (patternValue(half) + above) / 2;
      const even = half & 1 ? half + 1 : half;
      const right =
        narrow(middle) === even &&
        narrow(-middle) === (even | 0x8000) &&
        narrow(neighbour(middle, -1)) === half &&
        narrow(neighbour(middle, 1)) === half + 1;
      if (!right) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  it("goes to infinity from 65520 on and to zero up to 2^-25", () => {
    expect([narrow(65519.99), narrow(65520), narrow(1e38), narrow(-1e38)]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
    expect([narrow(2 ** -25), narrow(neighbour(2 ** -25, 1)), narrow(2 ** -149)]).toEqual([0, 1, 0]);
    expect(narrow(-(2 ** -30))).toBe(0x8000);
  });

  it("keeps NaN a NaN whatever its payload", () => {
    for (const word of [0x7f800001, 0x7f801fff, 0x7fffffff, 0xff800001]) {
      const half = float32ToFloat16(new Float32Array(Uint32Array.of(word).buffer))[0];
      expect(half & 0x7fff).toBeGreaterThan(0x7c00);
      expect(half >> 15).toBe(word >>> 31);
    }
  });

  it("is the nearest pattern for any float32", () => {
    const anyFloat = fc.float({ noNaN: true, noDefaultInfinity: true, min: -65504, max: 65504 });
    fc.assert(
      fc.property(anyFloat, (value) => {
        const quantum = 2 ** Math.max(Math.floor(Math.log2(Math.abs(value) || 1)) - 10, -24);
        const steps = Math.abs(value) / quantum;
        const error = Math.abs(patternValue(narrow(value)) - value) / quantum;
        expect(error).toBeLessThanOrEqual(Math.min(steps - Math.floor(steps), Math.ceil(steps) - steps));
      }),
      { numRuns: 2000 },
    );
  });
});
