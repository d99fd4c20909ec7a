import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import { inspectNative } from "./build.ts";

/** Normal values, some of them `loud` times as large. */
function draw(count: number, seed: number, loud: number): Float32Array {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return uniform() < 0.05 ? normal * loud : normal;
  });
}

describe.skipIf(inspectNative().compiler === null)("the search for limits in C++", () => {
  const native = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  it("finds the same limits as the reference, with any number of threads", () => {
    const cases = fc.record({
      tokens: fc.integer({ min: 1, max: 20 }),
      outputs: fc.integer({ min: 1, max: 140 }),
      group: fc.integer({ min: 1, max: 40 }),
      groups: fc.integer({ min: 1, max: 4 }),
      bits: fc.integer({ min: 2, max: 8 }),
      steps: fc.integer({ min: 1, max: 12 }),
      shrink: fc.constantFrom(0.1, 0.5, 1),
      loud: fc.constantFrom(1, 20, 1e30),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ tokens, outputs, group, groups, bits, steps, shrink, loud, seed }) => {
        const cols = group * groups;
        const x = draw(tokens * cols, seed, 1);
        const weight = draw(outputs * cols, seed + 1, loud);
        const options = { bits, group, steps, shrink };
        const expected = referenceKernels.clipSearch(x, tokens, weight, outputs, cols, options);
        for (const kernels of native) {
          expect(kernels.clipSearch(x, tokens, weight, outputs, cols, options)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("finds the same limits where a group is longer than a block of float32 sums", () => {
    const x = draw(30 * 600, 1, 1);
    const weight = draw(3 * 600, 2, 5);
    const options = { bits: 3, group: 300, steps: 10, shrink: 0.8 };
    const expected = referenceKernels.clipSearch(x, 30, weight, 3, 600, options);
    for (const kernels of native) expect(kernels.clipSearch(x, 30, weight, 3, 600, options)).toEqual(expected);
  });

  it("keeps the first of equal errors", () => {
    const weight = draw(70 * 16, 3, 1);
    const options = { bits: 4, group: 8, steps: 4, shrink: 1 };
    const expected = referenceKernels.clipSearch(new Float32Array(32), 2, weight, 70, 16, options);
    for (const kernels of native) {
      expect(kernels.clipSearch(new Float32Array(32), 2, weight, 70, 16, options)).toEqual(expected);
    }
  });

  it("names the first weight that is not finite, whichever thread meets one", () => {
    const weight = draw(200 * 16, 1, 1);
    weight[70 * 16 + 3] = Number.NaN;
    weight[180 * 16] = Number.POSITIVE_INFINITY;
    for (const kernels of native) {
      expect(() =>
        kernels.clipSearch(draw(32, 2, 1), 2, weight, 200, 16, { bits: 4, group: 8, steps: 2, shrink: 1 }),
      ).toThrow("row 70, column 3 is NaN");
    }
  });
});
