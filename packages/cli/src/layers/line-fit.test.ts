import { seededRandom } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { centredR2, medianKurtosis } from "./line-fit.ts";

describe("centredR2", () => {
  it("is 1 for a line, whatever its offset in each span", () => {
    const x = Float64Array.of(1, 2, 4, 10, 20, 11);
    const y = Float64Array.of(3, 5, 9, -5, 15, -3);
    expect(centredR2(x, y, 3)).toBeCloseTo(1, 12);
    expect(centredR2(x, y, 6)).toBeLessThan(0.9);
  });

  it("is the squared correlation of one span", () => {
    // Centred: x (-1, 0, 1), y (-1, 2, -1): no correlation; and (-1, 0, 1) with (0, -1, 1): 1 / 2 squared.
    expect(centredR2(Float64Array.of(0, 1, 2), Float64Array.of(0, 3, 0), 3)).toBe(0);
    expect(centredR2(Float64Array.of(0, 1, 2), Float64Array.of(1, 0, 2), 3)).toBeCloseTo(0.25, 12);
  });

  it("is 0 where nothing varies", () => expect(centredR2(Float64Array.of(1, 1), Float64Array.of(0, 5), 2)).toBe(0));
});

describe("medianKurtosis", () => {
  it("is 1 for two equal values, 3 for a normal distribution, and not of a span that is constant", () => {
    expect(medianKurtosis(Float32Array.of(-1, 1, 5, 5, -2, 2), 2)).toBe(1);
    const normal = seededRandom(1).fillNormal(new Float32Array(100_000));
    expect(medianKurtosis(normal, 100_000)).toBeGreaterThan(2.9);
    expect(medianKurtosis(normal, 100_000)).toBeLessThan(3.1);
  });

  it("grows with an outlier", () => {
    expect(medianKurtosis(Float32Array.of(0, 0, 0, 8), 4)).toBeCloseTo(7 / 3, 10);
  });
});
