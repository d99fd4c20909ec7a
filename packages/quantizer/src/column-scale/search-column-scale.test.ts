import { type Kernels, referenceKernels } from "@sinqbench/kernels";
import { describe, expect, it } from "vitest";
import { searchColumnScale } from "./search-column-scale.ts";

const weight = { rows: 2, cols: 3, data: Float32Array.of(1, 2, 0.5, -3, 2, 0.5) };
const rows = { rows: 1, cols: 3, data: Float32Array.of(1, 1, 1) };
const meanAbs = Float32Array.of(0.25, 1, 16);

const settings = { bits: 4, group: 3, norm: "l1" } as const;
const normalize = (columnScale: Float32Array) => {
  return { rowScale: new Float32Array(2).fill(1), columnScale, tileRows: 2, tileCols: 3 };
};

/** Runs a search whose error of the k-th candidate is `errors(k)`. */
function search(errors: (step: number) => number, weightTerm = false) {
  const seen: Float32Array[] = [];
  const kernels: Kernels = {
    ...referenceKernels,
    roundedError(x, tokens, data, outputs, cols, options, norm) {
      expect([x, tokens, data, outputs, cols, norm]).toEqual([rows.data, 1, weight.data, 2, 3, "l1"]);
      expect(options).toMatchObject({ scheme: "asymmetric", bits: 4, group: 3, zeroLimit: 3.4028234663852886e38 });
      return errors(seen.push(options.normalize!.columnScale) - 1);
    },
  };
  const scale = searchColumnScale({ weight, meanAbs, rows, weightTerm, ...settings, normalize }, { kernels });
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
    const scale = searchColumnScale(
      {
        ...{ weight: dead, meanAbs: Float32Array.of(0, 0), weightTerm: true, norm: "l2", bits: 4, group: 2 },
        rows: { rows: 1, cols: 2, data: Float32Array.of(0, 0) },
        normalize: (columnScale) => ({ rowScale: Float32Array.of(1), columnScale, tileRows: 1, tileCols: 2 }),
      },
      { kernels: referenceKernels },
    );
    // alpha = 0: 1 / 1e-4 and 1 / 1.0001
    expect(scale[0]).toBeCloseTo(100, 1);
    expect(scale[1]).toBeCloseTo(0.01, 4);
  });

  it("goes by the error of the outputs of the rounded and decoded weight", () => {
    const errors: number[] = [];
    const kernels: Kernels = {
      ...referenceKernels,
      roundedError(...args) {
        errors.push(referenceKernels.roundedError(...args));
        return errors[errors.length - 1];
      },
    };
    const inverse = (scale: Float32Array) => normalize(scale.map((value) => 1 / value));
    const problem = { weight, meanAbs, rows, weightTerm: true, ...settings, bits: 2, normalize: inverse };
    const scale = searchColumnScale(problem, { kernels });
    const { columnScale, ...others } = inverse(scale);
    const {
      codes,
      zero,
      scale: groups,
    } = referenceKernels.round(weight.data, 2, 3, {
      ...{ scheme: "asymmetric", bits: 2, group: 3, zeroLimit: 65_504 },
      normalize: { columnScale, ...others },
    });
    const decoded = referenceKernels.dequantize({
      ...{ rows: 2, cols: 3, bits: 2, group: 3, codes, scale: groups, zero: zero!, columnScale, columnScaleRows: 2 },
    });
    const error = referenceKernels.outputError(rows.data, 1, weight.data, decoded, 2, 3, "l1");
    expect(error).toBe(Math.min(...errors));
    expect(Math.max(...errors)).toBeGreaterThan(error);
  });
});
