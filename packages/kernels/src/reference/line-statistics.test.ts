import { describe, expect, it } from "vitest";
import { lineStatistics, type TileState } from "./line-statistics.ts";

const f = Math.fround;

function tileOf(rows: number, cols: number, weight: (i: number, j: number) => number): TileState {
  return {
    rows,
    cols,
    weight: Float32Array.from({ length: rows * cols }, (_, k) => weight(Math.floor(k / cols), k % cols)),
    rowScale: Float32Array.from({ length: rows }, (_, i) => 1 + 0.1 * (i % 3)),
    columnScale: Float32Array.from({ length: cols }, (_, j) => 2 - 0.1 * (j % 4)),
    rowStd: new Float32Array(rows),
    columnStd: new Float32Array(cols),
  };
}

/** Two-pass unbiased standard deviation in double, rounded at the end. */
function std(values: number[]): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return f(Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1)));
}

function expectTwoPass(tile: TileState): void {
  const { rows, cols, weight, rowScale, columnScale } = tile;
  const m = (i: number, j: number) => f(f(weight[i * cols + j] / columnScale[j]) / rowScale[i]);
  const range = (n: number) => Array.from({ length: n }, (_, k) => k);
  lineStatistics(tile);
  range(rows).forEach((i) => {
    expect(Math.abs(tile.rowStd[i] / std(range(cols).map((j) => m(i, j))) - 1)).toBeLessThan(1.2e-7);
  });
  range(cols).forEach((j) => {
    expect(Math.abs(tile.columnStd[j] / std(range(rows).map((i) => m(i, j))) - 1)).toBeLessThan(1.2e-7);
  });
}

describe("lineStatistics", () => {
  it("gives the standard deviations of the normalized tile, to the last place", () => {
    expectTwoPass(tileOf(13, 21, (i, j) => Math.sin(i * i + 7 * j) * (1 + i)));
    expectTwoPass(tileOf(2, 70, (i, j) => 5 + Math.cos(i + j * j)));
  });

  it("keeps them where a line's mean is a hundred thousand times its spread", () => {
    const tile = tileOf(24, 17, (i, j) => 1000 + 0.01 * Math.sin(i * i + 3 * j * j));
    tile.rowScale.fill(1);
    tile.columnScale.fill(1);
    expectTwoPass(tile);
  });

  it("gives 0 for lines that are constant, and for lines of one element", () => {
    const constant = tileOf(7, 5, () => 0.1);
    constant.rowScale.fill(1.7);
    constant.columnScale.fill(0.9);
    lineStatistics(constant);
    expect([...constant.rowStd, ...constant.columnStd].every((x) => x === 0)).toBe(true);
    const row = tileOf(1, 4, (_, j) => j);
    lineStatistics(row);
    expect(row.rowStd[0]).toBeGreaterThan(0);
    expect([...row.columnStd]).toEqual([0, 0, 0, 0]);
  });
});
