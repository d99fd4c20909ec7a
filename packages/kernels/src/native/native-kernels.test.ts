import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernels } from "../load-kernels.ts";
import { referenceKernels } from "../reference/reference-kernels.ts";
import type { Kernels, RoundOptions } from "../types.ts";
import { inspectNative } from "./build.ts";

/** Kinds of weights, from a uniform u in [0, 1) and a normal g. */
const kinds: Record<string, (u: number, g: number) => number> = {
  normal: (_, g) => 0.02 * g,
  "large mean": (_, g) => 100 + 0.01 * g,
  "heavy tails": (u, g) => g * 10 ** (4 * u),
  "with zeros": (u, g) => (u < 0.5 ? 0 : g),
  constant: () => -3.25,
  tiny: (_, g) => g * 1e-30,
  denormal: (u) => u * 1e-42,
  huge: (_, g) => g * 1e20,
  "every size": (u, g) => g * 10 ** (80 * u - 44),
};

interface Case {
  readonly rows: number;
  readonly tileRows: number;
  readonly tileCols: number;
  readonly cols: number;
  readonly group: number;
  readonly weight: Float32Array;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    kind: fc.constantFrom(...Object.keys(kinds)),
    rows: fc.integer({ min: 1, max: 90 }),
    band: fc.double({ min: 0, max: 1, noNaN: true }),
    group: fc.integer({ min: 1, max: 40 }),
    groups: fc.integer({ min: 1, max: 3 }),
    tiles: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
  })
  .map(({ kind, rows, band, group, groups, tiles, seed }) => {
    const tileCols = group * groups;
    const cols = tileCols * tiles;
    return {
      rows,
      tileRows: 1 + Math.floor(band * (rows - 1)),
      tileCols,
      cols,
      group,
      weight: draw(kind, rows * cols, seed),
    };
  });

function draw(kind: string, count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => {
    const g = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return kinds[kind](uniform(), g);
  });
}

/** The bytes, so that -0 and the bits of every value count. */
function bits(array: Float32Array | Uint8Array | null): string | null {
  return array && Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex");
}

const levels = Float32Array.from({ length: 11 }, (_, k) => Math.sinh((k - 5) / 2) / 6);

const settings: fc.Arbitrary<RoundOptions> = fc
  .record({
    scheme: fc.constantFrom("asymmetric", "symmetric", "codebook-shift", "codebook-absmax"),
    bits: fc.integer({ min: 2, max: 8 }),
    zeroLimit: fc.constantFrom(Number.POSITIVE_INFINITY, 65_504, 3),
  })
  .map(({ scheme, bits, zeroLimit }) => {
    const least = scheme === "symmetric" ? 3 : scheme === "asymmetric" ? 2 : 4;
    const codebook = least === 4 ? { levels } : {};
    return { scheme, bits: Math.max(bits, least), zeroLimit, group: 1, ...codebook } as RoundOptions;
  });

describe.skipIf(inspectNative().compiler === null)("C++ kernels", () => {
  const native: Kernels[] = [1, 2, 5].map((threads) => loadKernels({ threads, prefer: "cpu" }));

  it("are what is tested here", () => {
    expect(native.map((kernels) => kernels.id)).toEqual(["cpu", "cpu", "cpu"]);
    expect(native[1].description).toMatch(/^C\+\+ kernels \(.+, .+\), (2 threads|1 thread)$/);
  });

  it("normalize to the same bits as the reference, with any number of threads", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 20 }), fc.boolean(), (c, iterations, earlyStop) => {
        const options = { tileRows: c.tileRows, tileCols: c.tileCols, iterations, stepMin: 0.7, stepMax: 2, earlyStop };
        const expected = referenceKernels.sinkhorn(c.weight, c.rows, c.cols, options);
        for (const kernels of native) {
          const ours = kernels.sinkhorn(c.weight, c.rows, c.cols, options);
          expect(bits(ours.rowScale)).toBe(bits(expected.rowScale));
          expect(bits(ours.columnScale)).toBe(bits(expected.columnScale));
        }
      }),
      { numRuns: 250 },
    );
  });

  it("round, pack and dequantize to the same bits as the reference, with any number of threads", () => {
    fc.assert(
      fc.property(cases, settings, fc.boolean(), (c, setting, normalized) => {
        const { rows, cols, group, tileRows, tileCols, weight } = c;
        const tile = { tileRows, tileCols, iterations: 3, stepMin: 0.7, stepMax: 2, earlyStop: true };
        const scales = referenceKernels.sinkhorn(weight, rows, cols, tile);
        const normalize = normalized ? { normalize: { ...scales, tileRows, tileCols } } : {};
        const options = { ...setting, group, ...normalize };
        const expected = referenceKernels.round(weight, rows, cols, options);
        const stored = {
          ...{ rows, cols, bits: options.bits, group, codes: expected.codes, scale: expected.scale },
          zero: expected.zero ?? Float32Array.of(2 ** (options.bits - 1) - 1),
          ...(options.levels ? { levels: options.levels } : {}),
          ...(normalized ? { columnScale: scales.columnScale, columnScaleRows: tileRows } : {}),
        };
        const values = referenceKernels.dequantize(stored);
        for (const kernels of native) {
          const ours = kernels.round(weight, rows, cols, options);
          expect(bits(ours.codes)).toBe(bits(expected.codes));
          expect(bits(ours.scale)).toBe(bits(expected.scale));
          expect(bits(ours.zero)).toBe(bits(expected.zero));
          expect(bits(kernels.dequantize(stored))).toBe(bits(values));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("agree for every width where a matrix is large enough for many pieces of work", () => {
    // 1001 columns: the pieces begin at byte boundaries only because their rows are chosen so.
    const [rows, cols, group] = [190, 1001, 7];
    const weight = draw("normal", rows * cols, 7);
    for (let width = 2; width <= 8; width++) {
      const options: RoundOptions = { scheme: "asymmetric", bits: width, group, zeroLimit: 65_504 };
      const expected = referenceKernels.round(weight, rows, cols, options);
      const stored = { rows, cols, bits: width, group, ...expected, zero: expected.zero ?? new Float32Array(0) };
      const values = referenceKernels.dequantize(stored);
      for (const kernels of native) {
        const ours = kernels.round(weight, rows, cols, options);
        expect(Buffer.compare(ours.codes, expected.codes)).toBe(0);
        expect(bits(ours.scale)).toBe(bits(expected.scale));
        expect(bits(kernels.dequantize(stored)) === bits(values)).toBe(true);
      }
    }
  });

  it("pack and unpack every width to the same bytes", () => {
    for (let width = 2; width <= 8; width++) {
      for (const count of [0, 1, 9, 10, 11, 163_839, 163_841]) {
        const codes = Uint8Array.from({ length: count }, (_, k) => (k * 7 + (k >> 5)) % 2 ** width);
        const packed = referenceKernels.pack(codes, width);
        for (const kernels of native) {
          expect(bits(kernels.pack(codes, width))).toBe(bits(packed));
          expect(bits(kernels.unpack(packed, width, count))).toBe(bits(codes));
        }
      }
    }
  });

  it("name the first weight that is not finite, whichever thread meets one", () => {
    const weight = draw("normal", 100 * 256, 3);
    weight[77 * 256 + 200] = Number.NaN;
    weight[78 * 256 + 1] = Number.POSITIVE_INFINITY;
    const sinkhorn = { tileRows: 100, tileCols: 64, iterations: 4, stepMin: 0.7, stepMax: 2, earlyStop: true };
    const round: RoundOptions = { scheme: "asymmetric", bits: 4, group: 64, zeroLimit: 65_504 };
    for (const kernels of native) {
      expect(() => kernels.sinkhorn(weight, 100, 256, sinkhorn)).toThrow(/row 77, column 200 is NaN/);
      expect(() => kernels.round(weight, 100, 256, round)).toThrow(/row 77, column 200 is NaN/);
    }
  });

  it("write into the array that dequantize is given", () => {
    const out = new Float32Array(8);
    const codes = native[0].pack(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), 4);
    const stored = {
      rows: 2,
      cols: 4,
      bits: 4,
      group: 4,
      codes,
      scale: Float32Array.of(1, 2),
      zero: Float32Array.of(1),
    };
    expect(native[0].dequantize(stored, out)).toBe(out);
    expect([...out]).toEqual([-1, 0, 1, 2, 6, 8, 10, 12]);
  });
});
