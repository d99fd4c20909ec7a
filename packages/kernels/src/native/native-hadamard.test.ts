import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import { inspectNative } from "./build.ts";

describe.skipIf(inspectNative().compiler === null)("hadamard in C++", () => {
  const native = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  it("gives the same bits as the reference, in place or not", () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      blocks: fc.integer({ min: 1, max: 3 }),
      power: fc.integer({ min: 0, max: 9 }),
      values: fc.array(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), { minLength: 1, maxLength: 50 }),
    });
    fc.assert(
      fc.property(cases, ({ rows, blocks, power, values }) => {
        const block = 2 ** power;
        const cols = block * blocks;
        const x = Float32Array.from({ length: rows * cols }, (_, i) => values[i % values.length] * (1 + (i % 7)));
        const before = x.slice();
        const expected = referenceKernels.hadamard(x, rows, cols, block);
        for (const kernels of native) {
          expect(kernels.hadamard(x, rows, cols, block)).toEqual(expected);
          expect(x).toEqual(before);
          const copy = x.slice();
          expect(kernels.hadamard(copy, rows, cols, block, copy)).toBe(copy);
          expect(copy).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });
});
