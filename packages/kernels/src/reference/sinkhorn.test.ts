import { describe, expect, it } from "vitest";
import { loadPublished, publishedNames } from "../fixtures/load-published.ts";
import type { SinkhornOptions } from "../types.ts";
import { sinkhorn } from "./sinkhorn.ts";

const published: SinkhornOptions = {
  tileRows: 128,
  tileCols: 64,
  iterations: 16,
  stepMin: 0.7,
  stepMax: 2,
  earlyStop: true,
};

function worstRatio(ours: Float32Array, theirs: Float32Array): number {
  return Math.max(...ours.map((x, i) => Math.abs(x / theirs[i] - 1)));
}

/** Unbiased standard deviations of the rows and columns of w / column / row, in double. */
function stds(w: Float32Array, rows: number, cols: number, row: Float32Array, column: Float32Array): number[] {
  const m = (i: number, j: number) => w[i * cols + j] / column[j] / row[i];
  const std = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b) / values.length;
    return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1));
  };
  const range = (n: number) => Array.from({ length: n }, (_, k) => k);
  return [
    ...range(rows).map((i) => std(range(cols).map((j) => m(i, j)))),
    ...range(cols).map((j) => std(range(rows).map((i) => m(i, j)))),
  ];
}

describe("sinkhorn", () => {
  // Both gauss tiles converge until only last bits of the imbalance change: they pin down when the early stop freezes.
  it.each(publishedNames)("agrees with the published code on %s", (name) => {
    const { weight, rows, cols, rowScale, columnScale } = loadPublished(name);
    const ours = sinkhorn(weight, rows, cols, { ...published, tileRows: rows });
    expect(worstRatio(ours.rowScale, rowScale)).toBeLessThan(1e-6);
    expect(worstRatio(ours.columnScale, columnScale)).toBeLessThan(1e-6);
  });

  it("takes one step from the standard deviations of the weights themselves", () => {
    const w = Float32Array.from([1, -1, 3, -2, 4, 0.5, -6, 2, 1]);
    const ones = new Float32Array(3).fill(1);
    const spread = stds(w, 3, 3, ones, ones);
    const tau = Math.min(...spread) + 1e-6;
    const { rowScale, columnScale } = sinkhorn(w, 3, 3, { ...published, tileRows: 3, tileCols: 3, iterations: 2 });
    const expected = spread.map((s) => Math.min(2, Math.max(0.7, s / tau)));
    expect(worstRatio(rowScale, Float32Array.from(expected.slice(0, 3)))).toBeLessThan(1e-6);
    expect(worstRatio(columnScale, Float32Array.from(expected.slice(3)))).toBeLessThan(1e-6);
  });

  it("never ends with a larger imbalance than it found, with and without the early stop", () => {
    const { weight, rows, cols } = loadPublished("outlier-128");
    const imbalance = (row: Float32Array, column: Float32Array) => {
      const all = stds(weight, rows, cols, row, column);
      return Math.max(...all) / Math.min(...all);
    };
    const before = imbalance(new Float32Array(rows).fill(1), new Float32Array(cols).fill(1));
    const stopped = sinkhorn(weight, rows, cols, published);
    const whole = sinkhorn(weight, rows, cols, { ...published, earlyStop: false });
    expect(imbalance(stopped.rowScale, stopped.columnScale)).toBeLessThan(before);
    expect(imbalance(whole.rowScale, whole.columnScale)).toBeLessThan(imbalance(stopped.rowScale, stopped.columnScale));
  });

  it("does every tile for itself, a short last one included", () => {
    const { weight, rows, cols } = loadPublished("scaled-128");
    const tiled = sinkhorn(weight, rows, cols, { ...published, tileRows: 100, tileCols: 32 });
    expect(tiled.rowScale).toHaveLength(rows * 2);
    expect(tiled.columnScale).toHaveLength(2 * cols);
    const corner = Float32Array.from(
      { length: 28 * 32 },
      (_, k) => weight[(100 + Math.floor(k / 32)) * cols + 32 + (k % 32)],
    );
    const alone = sinkhorn(corner, 28, 32, { ...published, tileRows: 28, tileCols: 32 });
    expect(tiled.columnScale.slice(cols + 32)).toEqual(alone.columnScale);
    expect(Array.from({ length: 28 }, (_, i) => tiled.rowScale[(100 + i) * 2 + 1])).toEqual([...alone.rowScale]);
  });

  it.each([
    ["zeros", new Float32Array(12), 3, 4],
    ["a constant", new Float32Array(12).fill(3), 3, 4],
    ["one weight", Float32Array.of(-2), 1, 1],
    ["one row", Float32Array.of(1, 2, 3, 4), 1, 4],
    ["one column", Float32Array.of(1, 2, 3, 4), 4, 1],
    ["denormals", new Float32Array(12).fill(1e-44), 3, 4],
  ])("gives finite positive scales for %s", (_, w, rows, cols) => {
    const { rowScale, columnScale } = sinkhorn(w, rows, cols, { ...published, tileRows: rows, tileCols: cols });
    for (const x of [...rowScale, ...columnScale]) expect(x > 0 && x < 1e5).toBe(true);
    // A line of one element has no spread, so its scale takes no step.
    if (rows === 1) expect(columnScale.every((x) => x === 1)).toBe(true);
    if (cols === 1) expect(rowScale.every((x) => x === 1)).toBe(true);
  });

  it("names the first weight that is not finite", () => {
    const w = Float32Array.of(1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 6);
    const options = { ...published, tileRows: 2, tileCols: 3 };
    expect(() => sinkhorn(w, 2, 3, options)).toThrow(expect.objectContaining({ code: "non-finite-weight" }));
    expect(() => sinkhorn(w, 2, 3, options)).toThrow(/row 0, column 2 is NaN/);
  });
});
