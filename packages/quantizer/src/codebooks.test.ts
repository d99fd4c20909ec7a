import { describe, expect, it } from "vitest";
import { codebooks } from "./codebooks.ts";
import { roundings } from "./roundings.ts";

/** Inverse of the standard normal distribution function, by bisection on its series. */
function normalQuantile(p: number): number {
  const cdf = (x: number) => {
    let term = x;
    let sum = x;
    for (let k = 1; k < 200; k++) sum += term *= (x * x) / (2 * k + 1);
    return 0.5 + (sum * Math.exp(-(x * x) / 2)) / Math.sqrt(2 * Math.PI);
  };
  let [low, high] = [-8, 8];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

describe("codebooks", () => {
  it("nf4 is QLoRA's construction: 8 upper and 7 lower quantiles to 0.9677083, scaled to 1", () => {
    const offset = 0.9677083;
    const upper = Array.from({ length: 8 }, (_, k) => normalQuantile(offset + ((0.5 - offset) * k) / 8));
    const lower = Array.from({ length: 7 }, (_, k) => -normalQuantile(offset + ((0.5 - offset) * k) / 7));
    const expected = [...lower, 0, ...upper.reverse()].map((x) => x / upper[7]);
    codebooks.nf4.forEach((level, k) => {
      expect(level).toBeCloseTo(expected[k], 5);
    });
  });

  it.each(Object.entries(codebooks))("%s ascends from -1 to 1 through 0", (_, levels) => {
    expect(levels).toEqual(levels.toSorted());
    expect([levels[0], levels.at(-1)]).toEqual([-1, 1]);
    expect(levels).toContain(0);
  });

  it("fill the codes of their bits", () => {
    expect(roundings.nf4.levels).toHaveLength(2 ** roundings.nf4.bits[0]);
    expect(roundings.nf3.levels).toHaveLength(2 ** roundings.nf3.bits[0]);
  });
});
