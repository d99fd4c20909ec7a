import { describe, expect, it } from "vitest";
import type { DequantizeInput } from "../types.ts";
import { referenceKernels } from "./reference-kernels.ts";

function values(count: number, seed: number): Float32Array {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float32Array.from({ length: count }, () => uniform() + uniform() + uniform());
}

/** Eight-bit codes that are the weights themselves. */
function plain(weights: readonly number[], rows = 1): DequantizeInput {
  const cols = weights.length / rows;
  return {
    ...{ rows, cols, bits: 8, group: cols, codes: Uint8Array.from(weights) },
    ...{ scale: new Float32Array(rows).fill(1), zero: Float32Array.of(0) },
  };
}

const { product } = referenceKernels;

describe("product", () => {
  it.each([
    [1, 1, 16, 1],
    [3, 5, 16, 3],
    [2, 7, 40, 5],
    [5, 4, 64, 4],
  ])("is (x t) W^T for %i tokens, %i rows, groups of %i, %i a row", (tokens, rows, group, groups) => {
    const cols = group * groups;
    const x = values(tokens * cols, 1);
    const w = values(rows * cols, 2);
    const { codes, scale, zero } = referenceKernels.round(w, rows, cols, {
      ...{ scheme: "asymmetric", bits: 4, group, zeroLimit: 65_504 },
    });
    const columnScale = values(cols, 3);
    const weight = { rows, cols, bits: 4, group, codes, scale, zero: zero!, columnScale };
    const decoded = referenceKernels.dequantize(weight);
    const y = product(x, tokens, weight);
    expect(y.length).toBe(tokens * rows);
    for (let n = 0; n < tokens; n++) {
      for (let i = 0; i < rows; i++) {
        let [sum, size] = [0, 0];
        for (let j = 0; j < cols; j++) {
          const term = x[n * cols + j] * decoded[i * cols + j];
          sum += term;
          size += Math.abs(term);
        }
        expect(Math.abs(y[n * rows + i] - sum)).toBeLessThan(1e-6 * size);
      }
    }
  });

  it("takes four columns at a time to one of sixteen sums, in their order", () => {
    const one = (at: readonly [number, number][]) => {
      const x = new Float32Array(130);
      for (const [column, value] of at) x[column] = value;
      return product(x, 1, plain(new Array(130).fill(1)))[0];
    };
    const big = 2 ** 24;
    // 2^24 + 1 is no float32: what is added to it in its own sum, after it, is lost.
    const added = [1, 3, 64, 67, 128].map(
      (column) =>
        one([
          [0, big],
          [column, 1],
          [column === 128 ? 129 : 128, 1],
        ]) - big,
    );
    expect(added).toEqual([0, 0, 0, 0, 0]);
    // In another sum two ones meet before.
    expect(
      one([
        [0, big],
        [4, 1],
        [7, 1],
      ]),
    ).toBe(big + 2);
    expect(
      one([
        [0, big],
        [4, 1],
        [68, 1],
      ]),
    ).toBe(big + 2);
    expect(
      one([
        [0, big],
        [3, 1],
        [4, 1],
      ]),
    ).toBe(big);
    // Columns 32 to 35 are sum 8's, which is folded onto sum 0 first: sum 4's ones join later and meet those of sum 12.
    expect(
      one([
        [0, big],
        [32, 1],
        [36, 1],
      ]),
    ).toBe(big);
    expect(
      one([
        [0, big],
        [16, 1],
        [48, 1],
      ]),
    ).toBe(big + 2);
    expect(
      one([
        [0, big],
        [16, 1],
        [32, 1],
      ]),
    ).toBe(big);
    expect(
      one([
        [0, big],
        [8, 1],
        [24, 1],
      ]),
    ).toBe(big + 2);
  });

  it("rounds a product and its sum once, and an input by its scale before", () => {
    const third = Math.fround(1 / 3);
    const x = Float32Array.of(-1, 1 + 2 ** -12, third, 0);
    const weight: DequantizeInput = {
      ...{ rows: 1, cols: 4, bits: 2, group: 4, codes: Uint8Array.of(0b00_00_01_00) },
      ...{ scale: Float32Array.of(1), zero: Float32Array.of(0), levels: Float32Array.of(1, 1 + 2 ** -12) },
    };
    expect(product(x, 1, { ...weight, columnScale: Float32Array.of(1, 1, 0, 0) })[0]).toBe(2 ** -11 + 2 ** -24);
    // 2^-24 - 2^-60 on an odd last place: just below halfway, where a sum in float64 would lie on it.
    const near = Float32Array.of(1 + 2 ** -23, 2 ** -24 * (1 + 2 ** -18), 0, 0);
    const levels = Float32Array.of(1, 1 - 2 ** -18);
    expect(product(near, 1, { ...weight, levels })[0]).toBe(1 + 2 ** -23);
    const seventh = Math.fround(1 / 7);
    const scaled = product(x, 1, { ...weight, columnScale: Float32Array.of(0, 0, seventh, 0) })[0];
    expect(scaled).toBe(Math.fround(third * seventh));
  });

  it("takes the zero and scale of a group before the input", () => {
    const weight = { ...plain([1, 200, 3, 4], 2), group: 1, scale: Float32Array.of(1, 2, 3, 4) };
    expect([
      ...product(Float32Array.of(1, 10, 100, 1000), 2, { ...weight, zero: Float32Array.of(1, 0, 1, 4) }),
    ]).toEqual([4000, 6, 400_000, 600]);
  });
});
