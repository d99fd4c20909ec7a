import { loadKernels } from "@sinqbench/kernels";
import { quantizerById } from "@sinqbench/quantizers";
import { describe, expect, it } from "vitest";
import { beforeRounding, evenness } from "./evenness.ts";

/** 6 x 8 sixteenths, later columns larger; t is a second scale. The expected numbers below are numpy's, in float64. */
const values = Float32Array.from(
  { length: 48 },
  (_, i) => ((((i * i * 37 + i * 11 + 5) % 101) - 50) / 16) * (1 + (i % 8)),
);
const t = [1, 2, 0.5, 4, 1, 3, 0.25, 2];

describe("evenness", () => {
  const scaled = values.map((value, i) => value / t[i % 8]);

  it("is that of tiles whose rows have deviation 1, and the kurtosis of their groups", () => {
    const { imbalance, kurtosis } = evenness(scaled, 6, 8, 4);
    expect(imbalance).toBeCloseTo(9.660737810817906, 5);
    expect(kurtosis).toBeCloseTo(2.263454662483474, 6);
  });

  it("does not depend on a factor of a group, and leaves its input alone", () => {
    const before = scaled.slice();
    const factors = scaled.map((value, i) => value * (1 + (Math.floor(i / 4) % 5)));
    const [a, b] = [evenness(scaled, 6, 8, 4), evenness(factors, 6, 8, 4)];
    expect(b.imbalance).toBeCloseTo(a.imbalance, 5);
    expect(b.kurtosis).toBeCloseTo(a.kurtosis, 5);
    expect(scaled).toEqual(before);
  });

  it("counts the rows, too: they are the largest where columns hardly vary", () => {
    const alike = Float32Array.from(
      { length: 24 },
      (_, i) => (((i >> 2) * 7 + (i % 4) ** 2 * 3) % 11) / 50 + (i % 4) ** 2,
    );
    expect(evenness(alike, 6, 4, 4).imbalance).toBeCloseTo(70.7169665520067, 2);
  });

  it("does not break on a constant group", () => {
    const constant = scaled.map((value, i) => (i < 4 ? 1 : value));
    expect(evenness(constant, 6, 8, 4).imbalance).toBeGreaterThan(1e6);
  });
});

describe("beforeRounding", () => {
  const kernels = loadKernels();
  const weight = {
    rows: 6,
    cols: 16,
    data: Float32Array.from({ length: 96 }, (_, i) => Math.sin(i * i + 1) * (1 + (i % 16))),
  };
  const encode = (method: string, tiling: "1d" | "2d") =>
    quantizerById(method).quantize(weight, { bits: 4, groupSize: 16, tiling, aux: "f32" }, { kernels });

  it("is the weight itself where a method has no second scale", () => {
    expect(beforeRounding(weight, encode("rtn", "1d"))).toEqual(weight.data);
  });

  it("divides by the second scale of the column, in 2D of its own band of rows", () => {
    const encoded = {
      ...encode("sinq", "1d"),
      columnScaleRows: 4,
      columnScale: { dtype: "f32", shape: [2, 16], data: Float32Array.from({ length: 32 }, (_, i) => i + 1) },
    } as const;
    const found = beforeRounding(weight, encoded);
    const { columnScaleRows: _, ...one } = encoded;
    expect(beforeRounding(weight, one)[5 * 16 + 5]).toBe(Math.fround(weight.data[5 * 16 + 5] / 6));
    // Row 3 is of the first band, row 4 of the second.
    expect(found[3 * 16 + 5]).toBe(Math.fround(weight.data[3 * 16 + 5] / 6));
    expect(found[4 * 16 + 5]).toBe(Math.fround(weight.data[4 * 16 + 5] / 22));
  });
});
