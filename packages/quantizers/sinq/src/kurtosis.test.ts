import { seededRandom } from "@sinqbench/tensor";
import { expect, it } from "vitest";
import { kurtosis } from "./kurtosis.ts";

it("is 3 for normal values, 1 for two equal halves, and does not see shift or size", () => {
  const normal = seededRandom(1).fillNormal(new Float32Array(200_000), 0.02, 0);
  expect(kurtosis(normal)).toBeCloseTo(3, 1);
  expect(kurtosis(Float32Array.of(-1, 1, 1, -1))).toBe(1);
  expect(kurtosis(Float32Array.of(9, 11, 11, 9))).toBe(1);
  // scipy.stats.kurtosis([1, 2, 3, 10], fisher=False)
  expect(kurtosis(Float32Array.of(1, 2, 3, 10))).toBeCloseTo(2.2304, 12);
});

it("is 0, no outlier, where all values are equal", () => expect(kurtosis(new Float32Array(8).fill(0.5))).toBe(0));
