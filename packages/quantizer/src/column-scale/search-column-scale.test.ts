import { describe, expect, it } from "vitest";
import { searchColumnScale } from "./search-column-scale.ts";

const weight = { rows: 2, cols: 3, data: Float32Array.of(1, 2, 0.5, -3, 2, 0.5) };
const rows = { rows: 1, cols: 3, data: Float32Array.of(1, 1, 1) };
const meanAbs = Float32Array.of(0.25, 1, 16);

/** Runs a search whose error of the k-th candidate is `errors(k)`. */
function search(errors: (step: number) => number, weightTerm = false) {
  const seen: Float32Array[] = [];
  const scale = searchColumnScale({
    weight,
    meanAbs,
    rows,
    weightTerm,
    norm: "l1",
    reconstruct(candidate) {
      const approximation = weight.data.slice();
      approximation[0] += errors(seen.push(candidate) - 1);
      return approximation;
    },
  });
  return { scale, seen };
}

describe("searchColumnScale", () => {
  it("tries alpha from 0 to 0.95 in steps of 0.05", () => {
    const { seen } = search(() => 1);
    expect(seen).toHaveLength(20);
    seen.forEach((candidate, k) => {
      // (0.25^alpha, 1, 16^alpha) over sqrt(0.25^alpha * 16^alpha) = 2^alpha
      const alpha = k * 0.05;
      const expected = [0.125 ** alpha, 0.5 ** alpha, 8 ** alpha];
      expected.forEach((value, j) => {
        expect(candidate[j] / value).toBeCloseTo(1, 6);
      });
    });
  });

  it("divides by the mean weight where asked to", () => {
    const { seen } = search(() => 1, true);
    // alpha = 0: 1 / (|w| + 1e-4) with mean |w| 2, 2 and 0.5; largest and smallest multiplied.
    const plain = [1 / 2.0001, 1 / 2.0001, 1 / 0.5001];
    const middle = Math.sqrt(plain[0] * plain[2]);
    plain.forEach((value, j) => {
      expect((seen[0][j] * middle) / value).toBeCloseTo(1, 6);
    });
    // alpha = 0.5: sqrt(x) / (sqrt(w) + 1e-4)
    const half = [0.5 / (Math.SQRT2 + 1e-4), 1 / (Math.SQRT2 + 1e-4), 4 / (Math.sqrt(0.5) + 1e-4)];
    expect(seen[10][2] / seen[10][0]).toBeCloseTo(half[2] / half[0], 4);
  });

  it("keeps the first of the smallest errors, the last candidate included", () => {
    const least = search((step) => (step === 7 || step === 9 ? 0.5 : 1));
    expect(least.scale).toBe(least.seen[7]);
    const last = search((step) => 20 - step);
    expect(last.scale).toBe(last.seen[19]);
  });

  it("falls back on alpha = 0 where no error is a number", () => {
    const { scale, seen } = search(() => Number.NaN);
    expect(scale).toEqual(seen[0]);
  });

  it("keeps dead columns finite", () => {
    const dead = { rows: 1, cols: 2, data: Float32Array.of(0, 1) };
    const scale = searchColumnScale({
      weight: dead,
      meanAbs: Float32Array.of(0, 0),
      rows: { rows: 1, cols: 2, data: Float32Array.of(0, 0) },
      weightTerm: true,
      norm: "l2",
      reconstruct: () => dead.data,
    });
    // alpha = 0: 1 / 1e-4 and 1 / 1.0001
    expect(scale[0]).toBeCloseTo(100, 1);
    expect(scale[1]).toBeCloseTo(0.01, 4);
  });
});
