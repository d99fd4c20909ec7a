import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { activationError } from "./activation-error.ts";

const matrix = (rows: number, cols: number, seed: number) => ({
  rows,
  cols,
  data: seededRandom(seed).fillNormal(new Float32Array(rows * cols)),
});

/** The definition: outputs first, then their difference. */
function direct(
  x: ReturnType<typeof matrix>,
  weight: ReturnType<typeof matrix>,
  other: Float32Array,
  size: (e: number) => number,
) {
  let sum = 0;
  for (let token = 0; token < x.rows; token++) {
    for (let o = 0; o < weight.rows; o++) {
      let [ours, theirs] = [0, 0];
      for (let j = 0; j < x.cols; j++) {
        ours += x.data[token * x.cols + j] * weight.data[o * x.cols + j];
        theirs += x.data[token * x.cols + j] * other[o * x.cols + j];
      }
      sum += size(ours - theirs);
    }
  }
  return sum / (x.rows * weight.rows);
}

describe("activationError", () => {
  it.each([
    [1, 1],
    [4, 2],
    [5, 3],
    [8, 4],
    [7, 1],
    [3, 6],
  ])("is the mean difference of the outputs for %i tokens and %i outputs", (tokens, outputs) => {
    const x = matrix(tokens, 9, 1);
    const weight = matrix(outputs, 9, 2);
    const other = matrix(outputs, 9, 3).data;
    expect(activationError(x, weight, other, "l1")).toBeCloseTo(direct(x, weight, other, Math.abs), 5);
    expect(activationError(x, weight, other, "l2")).toBeCloseTo(
      direct(x, weight, other, (e) => e * e),
      5,
    );
    expect(activationError(x, weight, weight.data, "l1")).toBe(0);
  });
});
