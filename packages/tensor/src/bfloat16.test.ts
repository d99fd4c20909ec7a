import { describe, expect, it } from "vitest";
import { bfloat16ToFloat32, float32ToBfloat16 } from "./bfloat16.ts";

/** Value of a pattern by the definition of bfloat16, in double arithmetic. */
function patternValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 7) & 255;
  const fraction = half & 127;
  if (exponent === 255) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -133 : sign * (1 + fraction / 128) * 2 ** (exponent - 127);
}

const fromBits = (word: number): Float32Array => new Float32Array(Uint32Array.of(word).buffer);
const every = Uint16Array.from({ length: 0x10000 }, (_, i) => i);

describe("bfloat16ToFloat32", () => {
  it("agrees with the definition on all 65536 patterns", () => {
    const values = bfloat16ToFloat32(every);
    const wrong = [...every].filter((half) => !Object.is(values[half], patternValue(half)));
    expect(wrong).toEqual([]);
  });

  it("gives the same values wherever the patterns begin and however many there are", () => {
    const values = bfloat16ToFloat32(every);
    for (const [begin, end] of [
      [0, 7],
      [1, 7],
      [1, 8],
      [2, 2],
      [3, 4],
    ]) {
      expect(bfloat16ToFloat32(every.subarray(16000 + begin, 16000 + end))).toEqual(
        values.slice(16000 + begin, 16000 + end),
      );
    }
  });

  it("writes into the array it is given and no further", () => {
    const out = new Float32Array(4).fill(9);
    bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000), out.subarray(1));
    expect([...out]).toEqual([9, 1, -2, 9]);
  });
});

describe("float32ToBfloat16", () => {
  it("gives back every pattern, NaN made quiet", () => {
    const back = float32ToBfloat16(bfloat16ToFloat32(every));
    const wrong = [...every].filter((half) => {
      const isNaNPattern = (half & 0x7fff) > 0x7f80;
      return back[half] !== (isNaNPattern ? half | 0x40 : half);
    });
    expect(wrong).toEqual([]);
  });

  it("rounds half to even between all neighbours, to infinity above the largest, with both signs", () => {
    const wrong: number[] = [];
    for (let half = 0; half < 0x7f80; half++) {
      const middle = half * 0x10000 + 0x8000;
      const even = half & 1 ? half + 1 : half;
      const words = [middle, middle + 0x80000000, middle - 1, middle + 1].map(
        (word) => float32ToBfloat16(fromBits(word))[0],
      );
      if (words.join() !== [even, even | 0x8000, half, half + 1].join()) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  it("keeps NaN a NaN whatever its payload", () => {
    for (const word of [0x7f800001, 0x7f80ffff, 0x7fffffff, 0xff800001, 0xffffffff]) {
      const half = float32ToBfloat16(fromBits(word))[0];
      expect(half & 0x7fff).toBeGreaterThan(0x7f80);
      expect(half >> 15).toBe(word >>> 31);
    }
  });
});
