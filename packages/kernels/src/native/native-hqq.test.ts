import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import type { HqqOptions } from "../types.ts";
import { inspectNative } from "./build.ts";

/** Kinds of weights, from a uniform u in [0, 1) and a nearly normal g; those of size 1 and more reach the shrinkage. */
const kinds: Record<string, (u: number, g: number) => number> = {
  normal: (_, g) => 0.02 * g,
  "large mean": (_, g) => 100 + 0.01 * g,
  "heavy tails": (u, g) => g * 10 ** (4 * u),
  "with zeros": (u, g) => (u < 0.5 ? 0 : g),
  constant: () => -3.25,
  denormal: (u) => u * 1e-42,
  huge: (_, g) => g * 1e20,
};

function draw(kind: string, count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () =>
    kinds[kind](uniform(), 2 * (uniform() + uniform() + uniform() - 1.5)),
  );
}

function bytes({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("hex");
}

const cases = fc
  .record({
    kind: fc.constantFrom(...Object.keys(kinds)),
    seed: fc.integer(),
    rows: fc.integer({ min: 1, max: 40 }),
    // Below a vector of eight, whole vectors, whole rows of four, and what is left of each.
    group: fc.oneof(fc.integer({ min: 1, max: 75 }), fc.constantFrom(16, 32, 64)),
    across: fc.integer({ min: 1, max: 3 }),
    bits: fc.integer({ min: 2, max: 8 }),
    iterations: fc.integer({ min: 1, max: 20 }),
    roundZero: fc.boolean(),
    keep: fc.constantFrom("last", "best"),
    zeroLimit: fc.constantFrom(3.4e38, 2048, 3),
    lpNorm: fc.constantFrom(0.7, 0.4, 1),
    beta: fc.constantFrom(10, 1, 1e4),
    tileRows: fc.integer({ min: 1, max: 50 }),
    normalized: fc.boolean(),
  })
  .map(({ kind, seed, rows, across, normalized, ...rest }) => {
    const cols = rest.group * across;
    const weight = draw(kind, rows * cols, seed);
    const tile = { tileRows: rest.tileRows, tileCols: rest.group };
    const sinkhorn = { ...tile, iterations: 3, stepMin: 0.7, stepMax: 2, earlyStop: true };
    const normalize = normalized && {
      normalize: { ...referenceKernels.sinkhorn(weight, rows, cols, sinkhorn), ...tile },
    };
    return { weight, rows, cols, options: { ...rest, ...normalize } as HqqOptions };
  });

describe.skipIf(inspectNative().compiler === null)("hqq in C++", () => {
  const native = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  it("gives the same bits as the reference, with any number of threads", () => {
    fc.assert(
      fc.property(cases, ({ weight, rows, cols, options }) => {
        const expected = referenceKernels.hqq(weight, rows, cols, options);
        for (const kernels of native) {
          const ours = kernels.hqq(weight, rows, cols, options);
          expect(bytes(ours.codes)).toBe(bytes(expected.codes));
          expect(bytes(ours.scale)).toBe(bytes(expected.scale));
          expect(bytes(ours.zero!)).toBe(bytes(expected.zero!));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("agrees where a matrix is many pieces of work", () => {
    const weight = draw("normal", 300 * 640, 5);
    for (const keep of ["last", "best"] as const) {
      const options: HqqOptions = {
        ...{ bits: 3, group: 64, iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false },
        ...{ keep, tileRows: 100, zeroLimit: 65504 },
      };
      const expected = referenceKernels.hqq(weight, 300, 640, options);
      for (const kernels of native) {
        const ours = kernels.hqq(weight, 300, 640, options);
        expect(Buffer.compare(ours.codes, expected.codes)).toBe(0);
        expect(bytes(ours.zero!)).toBe(bytes(expected.zero!));
      }
    }
  });

  it("names the first weight that is not finite", () => {
    const weight = draw("normal", 100 * 64, 3);
    weight[77 * 64 + 20] = Number.NaN;
    weight[78 * 64 + 1] = Number.POSITIVE_INFINITY;
    const options: HqqOptions = {
      ...{ bits: 4, group: 64, iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false },
      ...{ keep: "best", tileRows: 100, zeroLimit: 65504 },
    };
    for (const kernels of [...native, referenceKernels])
      expect(() => kernels.hqq(weight, 100, 64, options)).toThrow(/row 77, column 20 is NaN/);
  });
});
