import { describe, expect, it } from "vitest";
import { referenceKernels } from "./reference-kernels.ts";

const hadamard = (values: readonly number[], block: number, rows = 1) => [
  ...referenceKernels.hadamard(Float32Array.from(values), rows, values.length / rows, block),
];

describe("hadamard", () => {
  it("is Sylvester's matrix over the root of its order", () => {
    const rows = [0, 1, 2, 3].map((k) =>
      hadamard(
        [0, 1, 2, 3].map((i) => (i === k ? 1 : 0)),
        4,
      ),
    );
    expect(rows).toEqual([
      [0.5, 0.5, 0.5, 0.5],
      [0.5, -0.5, 0.5, -0.5],
      [0.5, 0.5, -0.5, -0.5],
      [0.5, -0.5, -0.5, 0.5],
    ]);
    for (const [i, j] of [
      [0, 9],
      [3, 5],
      [13, 14],
      [15, 15],
    ]) {
      const column = hadamard(
        Array.from({ length: 16 }, (_, k) => (k === j ? 1 : 0)),
        16,
      );
      const ones = (i & j).toString(2).replaceAll("0", "").length;
      expect(column[i]).toBe((-1) ** ones / 4);
    }
  });

  it("works block by block", () => {
    const values = Array.from({ length: 24 }, (_, i) => Math.sin(i));
    const whole = hadamard(values, 4, 2);
    for (let at = 0; at < 24; at += 4) expect(whole.slice(at, at + 4)).toEqual(hadamard(values.slice(at, at + 4), 4));
    expect(hadamard([1, 2, 3], 1)).toEqual([1, 2, 3]);
  });

  it("undoes itself and keeps the norm", () => {
    const values = Array.from({ length: 64 }, (_, i) => Math.fround(Math.sin(i * i)));
    const turned = hadamard(values, 32, 2);
    const norm = (x: readonly number[]) => Math.hypot(...x);
    expect(norm(turned)).toBeCloseTo(norm(values), 5);
    hadamard(turned, 32, 2).forEach((value, i) => {
      expect(value).toBeCloseTo(values[i], 5);
    });
  });

  it.each([
    [3, "block 3 is no power of two"],
    [8, "block 8 does not divide the 12 columns"],
    [0, "block 0 does not divide"],
  ])("refuses blocks of %i", (block, message) => {
    expect(() => hadamard(Array(12).fill(1), block)).toThrow(message);
  });

  it("refuses an output of another size", () => {
    expect(() => referenceKernels.hadamard(new Float32Array(4), 1, 4, 2, new Float32Array(5))).toThrow(
      "output has 5 values, expected 4",
    );
  });
});
