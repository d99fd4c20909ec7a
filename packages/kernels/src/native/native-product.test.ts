import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { packedBytes } from "../packed-bytes.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import type { DequantizeInput } from "../types.ts";
import { inspectNative } from "./build.ts";

function random(seed: number) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

interface Shape {
  readonly rows: number;
  readonly group: number;
  readonly groups: number;
  readonly bits: number;
  readonly codebook: boolean;
  readonly oneZero: boolean;
  readonly scaled: boolean;
  /** Values differ in size by 10^spread. */
  readonly spread: number;
  readonly seed: number;
}

/** A stored matrix of random codes, scales and zeros. */
function stored({ rows, group, groups, bits, codebook, oneZero, scaled, spread, seed }: Shape): DequantizeInput {
  const { uniform, normal } = random(seed);
  const sized = () => normal() * 10 ** (spread * (uniform() - 0.5));
  const cols = group * groups;
  const last = 2 ** bits - 1;
  const codes = Uint8Array.from({ length: rows * cols }, () => Math.floor(uniform() * (last + 1)));
  return {
    ...{ rows, cols, bits, group, codes: referenceKernels.pack(codes, bits) },
    scale: Float32Array.from({ length: rows * groups }, sized),
    zero: Float32Array.from({ length: oneZero ? 1 : rows * groups }, () => last * uniform()),
    ...(codebook && { levels: Float32Array.from({ length: last + 1 }, (_, k) => (2 * k) / last - 1) }),
    ...(scaled && { columnScale: Float32Array.from({ length: cols }, sized) }),
  };
}

/** The bytes, so that -0 and the bits of every value count. */
function bytes(array: Float32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex");
}

const shape = (group: fc.Arbitrary<number>, bits: fc.Arbitrary<number>) =>
  fc.record({
    ...{ group, bits },
    rows: fc.integer({ min: 1, max: 40 }),
    groups: fc.integer({ min: 1, max: 5 }),
    codebook: fc.boolean(),
    oneZero: fc.boolean(),
    scaled: fc.boolean(),
    spread: fc.constantFrom(0, 3, 70),
    seed: fc.integer(),
  });

describe.skipIf(inspectNative().compiler === null)("products in C++", () => {
  const native = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  function expectSame(weight: DequantizeInput, tokens: number, seed: number): void {
    const { normal } = random(seed);
    const x = Float32Array.from({ length: tokens * weight.cols }, normal);
    const expected = bytes(referenceKernels.product(x, tokens, weight));
    for (const kernels of native) expect(bytes(kernels.product(x, tokens, weight))).toBe(expected);
  }

  it("have the same bits as the reference for any width and group, with any number of threads", () => {
    const any = shape(fc.integer({ min: 1, max: 45 }), fc.integer({ min: 2, max: 8 }));
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 9 }), (s, tokens) => expectSame(stored(s), tokens, s.seed + 1)),
      { numRuns: 150 },
    );
  });

  it("have them where codes are taken by words: 4 bits, groups of whole runs", () => {
    const words = shape(fc.constantFrom(64, 128, 192), fc.constant(4));
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 9 }), (s, tokens) => expectSame(stored(s), tokens, s.seed + 1)),
      { numRuns: 100 },
    );
  });

  it.each([2, 3, 4, 5, 6, 7, 8])(
    "agree at %i bits where rows are many pieces of work and begin within a byte",
    (bits) => {
      const plain = { codebook: false, oneZero: false, scaled: true, spread: 1, seed: bits };
      expectSame(stored({ ...plain, rows: 130, group: 7, groups: 9, bits }), 5, 1);
      expectSame(stored({ ...plain, rows: 530, group: 64, groups: 16, bits: 4 }), bits - 1, 2);
    },
  );

  it("read a damaged code beyond the codebook as NaN and nothing past it", () => {
    const [rows, cols] = [3, 64];
    const weight = {
      ...{ rows, cols, bits: 4, group: 64, codes: new Uint8Array(packedBytes(rows * cols, 4)).fill(0x11) },
      ...{ scale: new Float32Array(3).fill(1), zero: Float32Array.of(0), levels: Float32Array.of(1, 2) },
    };
    weight.codes[40] = 0x21;
    for (const kernels of [referenceKernels, ...native]) {
      expect([...kernels.product(new Float32Array(cols).fill(1), 1, weight)]).toEqual([128, Number.NaN, 128]);
    }
  });
});
