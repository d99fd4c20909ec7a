import { loadKernels } from "@sinqbench/kernels";
import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { imbalanceByIteration, matrixImbalance, tileImbalances } from "./imbalance.ts";
import { imbalancesFromSums } from "./imbalance-sums.ts";

const kernels = loadKernels();
/** 6 x 8 sixteenths, later columns larger. The expected numbers below are numpy's, in float64 with ddof=1. */
const values = Float32Array.from(
  { length: 48 },
  (_, i) => ((((i * i * 37 + i * 11 + 5) % 101) - 50) / 16) * (1 + (i % 8)),
);
const small = { rows: 6, cols: 8, data: values };

describe("imbalance", () => {
  it("is the largest over the smallest unbiased deviation of rows and columns", () => {
    expect(matrixImbalance(small)).toBeCloseTo(10.112234834839589, 11);
  });

  it.each([
    [6, 4, [4.638219672663465, 2.164221029592411]],
    [4, 4, [5.041900933906021, 2.4749803600733973, 18, 9.714285714285714]],
  ])("of tiles of %i x %i, the last row of them shorter", (tileRows, tileCols, expected) => {
    const found = tileImbalances(small, { tileRows, tileCols });
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 11);
  });

  it("is large, not infinite, where a line is constant", () => {
    const [, second] = tileImbalances(small, { tileRows: 4, tileCols: 2 });
    expect(second / 8352698852766.093).toBeCloseTo(1, 11);
  });

  it("does not change with the scale or the mean of all weights", () => {
    const scaled = { ...small, data: values.map((value) => 4 * value) };
    expect(matrixImbalance(scaled)).toBeCloseTo(matrixImbalance(small), 11);
    const moved = { ...small, data: values.map((value) => value + 1024) };
    expect(matrixImbalance(moved)).toBeCloseTo(matrixImbalance(small), 11);
  });

  it("leaves lines of one weight out, and is 1 where there is no spread", () => {
    const row = (...data: number[]) => ({ rows: 1, cols: data.length, data: Float32Array.from(data) });
    expect(matrixImbalance(row(3))).toBe(1);
    expect(matrixImbalance(row(0.1, 0.1, 0.1))).toBe(1);
    expect(matrixImbalance(row(1, 2, 5))).toBe(1);
    expect(matrixImbalance({ rows: 3, cols: 1, data: Float32Array.of(1, 2, 5) })).toBe(1);
  });
});

describe("imbalance by iteration", () => {
  const [rows, cols] = [96, 128];
  const data = seededRandom(7).fillNormal(new Float32Array(rows * cols));
  for (let i = 0; i < data.length; i++) data[i] *= (1 + (i % cols) / 8) * (1 + Math.floor(i / cols) / 16);
  const weight = { rows, cols, data };
  const options = { tileRows: 64, tileCols: 32, iterations: 16, stepMin: 0.7, stepMax: 2, earlyStop: false };

  const ones = { rowScale: new Float32Array(rows * 4).fill(1), columnScale: new Float32Array(2 * cols).fill(1) };

  it("begins at the matrix itself, which the first iteration only measures", () => {
    const steps = imbalanceByIteration(weight, options, kernels);
    expect(steps.map(({ iterations }) => iterations)).toEqual(Array.from({ length: 17 }, (_, i) => i));
    expect(steps[0].matrix).toBeCloseTo(matrixImbalance(weight), 10);
    const tiles = tileImbalances(weight, options).sort((a, b) => a - b);
    expect(tiles).toHaveLength(8);
    expect(steps[0].tileMedian).toBeCloseTo((tiles[3] + tiles[4]) / 2, 10);
    expect(steps[1]).toEqual({ ...steps[0], iterations: 1 });
    expect(steps[2].tileMedian).toBeLessThan(steps[1].tileMedian);
  });

  it("ends at W / t / u of the scales that the kernel returns", () => {
    const { rowScale, columnScale } = kernels.sinkhorn(data, rows, cols, options);
    const normalized = data.map((value, at) => {
      const [i, j] = [Math.floor(at / cols), at % cols];
      const t = columnScale[Math.floor(i / 64) * cols + j];
      return Math.fround(value / t) / rowScale[i * 4 + Math.floor(j / 32)];
    });
    const last = imbalanceByIteration(weight, options, kernels)[16];
    expect(last.matrix).toBeCloseTo(matrixImbalance({ rows, cols, data: normalized }), 10);
    const tiles = tileImbalances({ rows, cols, data: normalized }, options).sort((a, b) => a - b);
    expect(last.tileMedian).toBeCloseTo((tiles[3] + tiles[4]) / 2, 10);
  });

  it("takes two passes where the mean is far above the spread", () => {
    const moved = { rows, cols, data: data.map((value) => 100_000 + value) };
    const [first] = imbalanceByIteration(moved, options, kernels);
    expect(imbalancesFromSums(moved, ones, options)).toBeUndefined();
    expect(first.matrix).toBe(matrixImbalance(moved));
  });

  it("takes one pass elsewhere, also over zero lines, single weights and a short last row of tiles", () => {
    const zeros = { rows, cols, data: data.map((value, at) => (at % cols === 5 || at < 2 * cols ? 0 : value)) };
    for (const matrix of [weight, zeros]) {
      const found = imbalancesFromSums(matrix, ones, options)!;
      expect(found.matrix / matrixImbalance(matrix)).toBeCloseTo(1, 10);
      const tiles = tileImbalances(matrix, options);
      expect(found.tiles).toHaveLength(tiles.length);
      for (const [i, tile] of tiles.entries()) expect(found.tiles[i] / tile).toBeCloseTo(1, 10);
    }
    const one = { rows: 1, cols: 1, data: Float32Array.of(3) };
    const scales = { rowScale: Float32Array.of(1), columnScale: Float32Array.of(1) };
    expect(imbalancesFromSums(one, scales, { ...options, tileRows: 1, tileCols: 1 })).toEqual({
      matrix: 1,
      tiles: [1],
    });
  });

  it("does not rise for the tiles without early stop, and evens them out", () => {
    const medians = imbalanceByIteration(weight, options, kernels).map(({ tileMedian }) => tileMedian);
    for (let k = 1; k < medians.length; k++) expect(medians[k]).toBeLessThanOrEqual(medians[k - 1] * 1.000001);
    expect(medians[16]).toBeLessThan(1.2);
    expect(medians[0]).toBeGreaterThan(2);
  });
});
