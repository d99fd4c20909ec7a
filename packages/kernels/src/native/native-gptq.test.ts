import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import { inspectNative } from "./build.ts";

function normal(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A symmetric matrix that is positive definite where `damping` outweighs its other entries, which are small. */
function secondMoments(n: number, seed: number, damping: number): Float64Array {
  const next = normal(seed);
  const h = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) h[i * n + j] = next() / Math.sqrt(n) + (i === j ? damping : 0);
    for (let j = 0; j < i; j++) h[i * n + j] = h[j * n + i];
  }
  return h;
}

/** Bytes, so that every bit counts. */
function bits(array: Float64Array | Float32Array | Uint8Array | null): string | null {
  return array && Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex");
}

describe.skipIf(inspectNative().compiler === null)("GPTQ in C++", () => {
  const native = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  const sameFactor = (n: number, seed: number, damping: number) => {
    const h = secondMoments(n, seed, damping);
    const expected = h.slice();
    const definite = referenceKernels.inverseCholesky(expected, n);
    for (const kernels of native) {
      const ours = h.slice();
      expect(kernels.inverseCholesky(ours, n)).toBe(definite);
      if (definite) expect(bits(ours) === bits(expected)).toBe(true);
    }
    return definite;
  };

  it("factors to the same bits as the reference, with any number of threads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer(), fc.constantFrom(4, 2.2, 1), (n, seed, damping) => {
        sameFactor(n, seed, damping);
      }),
      { numRuns: 60 },
    );
    expect(sameFactor(60, 1, 4)).toBe(true);
    expect(sameFactor(60, 1, 1)).toBe(false);
  });

  it("factors a matrix of many blocks to the same bits", () => {
    expect(sameFactor(513, 2, 4)).toBe(true);
  });

  const cases = fc.record({
    rows: fc.integer({ min: 1, max: 140 }),
    group: fc.integer({ min: 1, max: 20 }),
    groups: fc.integer({ min: 1, max: 6 }),
    block: fc.constantFrom(1, 7, 16, 30, 128),
    width: fc.integer({ min: 2, max: 8 }),
    scale: fc.constantFrom(1, 1e-44, 1e30, 1e38),
    seed: fc.integer(),
  });

  it("rounds to the same bits as the reference, with any number of threads", () => {
    fc.assert(
      fc.property(cases, ({ rows, group, groups, block, width, scale, seed }) => {
        const cols = group * groups;
        const next = normal(seed);
        const weight = Float32Array.from({ length: rows * cols }, () => Math.max(-3, Math.min(3, next())) * scale);
        const upper = secondMoments(cols, seed, 4);
        referenceKernels.inverseCholesky(upper, cols);
        const keys = Float64Array.from({ length: cols }, next);
        const order = Int32Array.from({ length: cols }, (_, p) => p).sort((a, b) => keys[a] - keys[b]);
        const factor = { order, unused: Uint8Array.from(keys, (key) => (key > 1.5 ? 1 : 0)), upper };
        const options = { bits: width, group, block };
        const expected = referenceKernels.gptq(weight, rows, cols, factor, options);
        for (const kernels of native) {
          const ours = kernels.gptq(weight, rows, cols, factor, options);
          expect(bits(ours.codes)).toBe(bits(expected.codes));
          expect(bits(ours.scale)).toBe(bits(expected.scale));
          expect(bits(ours.zero)).toBe(bits(expected.zero));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("names the first weight that is not finite, whichever thread meets one", () => {
    const weight = new Float32Array(200 * 8);
    weight[70 * 8 + 3] = Number.NaN;
    weight[180 * 8] = Number.POSITIVE_INFINITY;
    const factor = {
      order: Int32Array.of(7, 6, 5, 4, 3, 2, 1, 0),
      unused: new Uint8Array(8),
      upper: new Float64Array(64),
    };
    for (const kernels of [referenceKernels, ...native]) {
      expect(() => kernels.gptq(weight, 200, 8, factor, { bits: 4, group: 8, block: 8 })).toThrow(
        "row 70, column 3 is NaN",
      );
    }
  });
});
