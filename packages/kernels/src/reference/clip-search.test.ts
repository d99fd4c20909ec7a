import { describe, expect, it } from "vitest";
import { referenceKernels } from "./reference-kernels.ts";

const { clipSearch, round, dequantize, outputError } = referenceKernels;

const published = { steps: 20, shrink: 0.5 };

/** Near-normal values from a fixed sequence. */
function values(count: number, seed: number): Float32Array {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float32Array.from({ length: count }, () => uniform() + uniform() + uniform());
}

describe("clipSearch", () => {
  it("gives each group the limit of the smallest error of its outputs", () => {
    const [tokens, outputs, cols, group] = [9, 4, 24, 8];
    const x = values(tokens * cols, 1);
    const weight = values(outputs * cols, 2);
    const limits = clipSearch(x, tokens, weight, outputs, cols, { bits: 3, group, ...published });
    const chosen = new Set<number>();
    for (let o = 0; o < outputs; o++) {
      for (let g = 0; g < cols / group; g++) {
        const w = weight.slice(o * cols + g * group, o * cols + (g + 1) * group);
        const part = Float32Array.from({ length: tokens * group }, (_, k) => {
          return x[Math.floor(k / group) * cols + g * group + (k % group)];
        });
        const largest = Math.max(...w.map(Math.abs));
        const errors = Array.from({ length: 10 }, (_, i) => {
          const limit = Math.fround(largest * Math.fround(1 - i / 20));
          const clipped = w.map((value) => Math.min(Math.max(value, -limit), limit));
          const options = { bits: 3, group, zeroLimit: 65_504, scheme: "asymmetric" } as const;
          const { codes, scale, zero } = round(clipped, 1, group, options);
          const decoded = dequantize({ rows: 1, cols: group, bits: 3, group, codes, scale, zero: zero! });
          return outputError(part, tokens, w, decoded, 1, group, "l2");
        });
        const best = errors.indexOf(Math.min(...errors));
        chosen.add(best);
        expect(limits[o * 3 + g]).toBe(Math.fround(largest * Math.fround(1 - best / 20)));
      }
    }
    expect(chosen.size).toBeGreaterThan(3);
  });

  it("keeps the first of equal errors: nothing is clipped where nothing is gained", () => {
    // No input, no error; zeros; and a group that its grid holds exactly.
    expect([
      ...clipSearch(new Float32Array(4), 1, Float32Array.of(1, -2, 3, -4), 1, 4, { bits: 2, group: 2, ...published }),
    ]).toEqual([2, 4]);
    expect([...clipSearch(values(2, 1), 1, new Float32Array(2), 1, 2, { bits: 2, group: 2, ...published })]).toEqual([
      0,
    ]);
    const exact = Float32Array.of(0, 1, 2, 3);
    expect([...clipSearch(values(8, 1), 2, exact, 1, 4, { bits: 2, group: 4, ...published })]).toEqual([3]);
  });

  it("tries limits down to the share that shrink says, not included", () => {
    // The loud weight meets no input. The grid of 2 bits has 15 for a weight of 10 at 55, nothing as close above.
    const limit = (quiet: number, shrink: number, steps: number) => {
      return clipSearch(Float32Array.of(0, 1), 1, Float32Array.of(100, quiet), 1, 2, {
        bits: 2,
        group: 2,
        steps,
        shrink,
      })[0];
    };
    expect(limit(10, 0.5, 20)).toBe(55);
    expect(limit(10, 0.45, 20)).toBeCloseTo(60, 4);
    // At 75 it has 30 itself.
    expect(limit(30, 0.5, 4)).toBe(75);
    expect(limit(30, 0.25, 4)).toBe(100);
    expect(limit(30, 0.3, 4)).toBe(100);
    expect(limit(30, 0.01, 4)).toBe(100);
  });

  it("names the first weight that is not finite", () => {
    const weight = Float32Array.of(1, 2, 3, Number.NaN);
    expect(() => clipSearch(new Float32Array(2), 1, weight, 2, 2, { bits: 4, group: 2, ...published })).toThrow(
      "row 1, column 1 is NaN",
    );
  });
});
