import { describe, expect, it } from "vitest";
import { referenceKernels } from "./reference-kernels.ts";

const { gptq, round, unpack } = referenceKernels;

/** U = 1: nothing is spread. */
function alone(cols: number) {
  const upper = new Float64Array(cols * cols);
  for (let p = 0; p < cols; p++) upper[p * cols + p] = 1;
  return { order: Int32Array.from({ length: cols }, (_, p) => p), unused: new Uint8Array(cols), upper };
}

describe("gptq", () => {
  it("rounds each weight by itself where nothing is spread", () => {
    const weight = Float32Array.from({ length: 3 * 32 }, (_, i) => Math.sin(i * i));
    const options = { bits: 3, group: 8, block: 16 };
    const ours = gptq(weight, 3, 32, alone(32), options);
    const plain = round(weight, 3, 32, { ...options, scheme: "asymmetric", zeroLimit: Number.POSITIVE_INFINITY });
    // Every group of this matrix has weights on both sides of 0, so the ranges are the same.
    expect(ours.codes).toEqual(plain.codes);
    expect(ours.scale).toEqual(plain.scale);
    expect(ours.zero).toEqual(plain.zero);
  });

  it("takes the error of a column, over its diagonal, from the columns after it", () => {
    const factor = alone(3);
    factor.upper.set([2, 4, -2, 0, 1, 8], 0);
    // Scale 1 and zero 0 from the range 0 to 3. Codes 1 (0.75 - 1 = -1/4, over 2: -1/8), then 1.75 + 4/8 = 2.25 -> 2
    // (error 1/4), then 3 - 2/8 - 8/4 = 0.75 -> 1.
    const { codes, scale, zero } = gptq(Float32Array.of(0.75, 1.75, 3), 1, 3, factor, { bits: 2, group: 3, block: 3 });
    expect([...scale, ...zero!]).toEqual([1, 0]);
    expect([...unpack(codes, 2, 3)]).toEqual([1, 2, 1]);
    for (const block of [1, 2, 100]) {
      expect(gptq(Float32Array.of(0.75, 1.75, 3), 1, 3, factor, { bits: 2, group: 3, block }).codes).toEqual(codes);
    }
  });

  it("takes a group's range from its columns after all earlier blocks, without its own", () => {
    const factor = alone(4);
    factor.upper[2] = -8;
    // -8 times the error of column 0, 1/4, is taken from column 2: 3 becomes 5.
    const weight = Float32Array.of(0.25, 3, 3, 0);
    const settings = { bits: 2, group: 2 };
    expect([...gptq(weight, 1, 4, factor, { ...settings, block: 4 }).scale]).toEqual([1, 1]);
    expect(gptq(weight, 1, 4, factor, { ...settings, block: 2 }).scale[1]).toBe(Math.fround(5 / 3));
  });

  it("takes columns in their order, and those that no input uses as 0", () => {
    const factor = { ...alone(4), order: Int32Array.of(2, 0, 3, 1), unused: Uint8Array.of(0, 0, 1, 0) };
    const { codes, scale } = gptq(Float32Array.of(1, 2, 3, 300), 1, 4, factor, { bits: 2, group: 4, block: 4 });
    expect(scale[0]).toBe(1);
    expect([...unpack(codes, 2, 4)]).toEqual([3, 1, 0, 2]);
  });

  it("rounds halves to even, keeps 0 in range and gives zeros a scale", () => {
    const rounded = gptq(Float32Array.of(0.5, 1.5, 2.5, 15, 7, 7, 7, 7.5, 0, 0, 0, 0), 1, 12, alone(12), {
      ...{ bits: 4, group: 4, block: 4 },
    });
    expect([...unpack(rounded.codes, 4, 12)]).toEqual([0, 2, 2, 15, 14, 14, 14, 15, 8, 8, 8, 8]);
    expect([...rounded.scale]).toEqual([1, 0.5, Math.fround(2 / 15)]);
    expect([...rounded.zero!]).toEqual([0, 0, 8]);
  });

  it("keeps codes within their bits", () => {
    const factor = alone(4);
    factor.upper.set([1, 400, -400, 0], 0);
    const { codes } = gptq(Float32Array.of(0.25, 0, 0, 3), 1, 4, factor, { bits: 2, group: 4, block: 4 });
    expect([...unpack(codes, 2, 4)]).toEqual([0, 0, 3, 3]);
  });
});
