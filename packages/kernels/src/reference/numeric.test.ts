import { describe, expect, it } from "vitest";
import { clamp, exp32, log32, roundHalfEven, roundSmall } from "./numeric.ts";

/** Size of the last place of the float32 nearest to y. */
function ulp(y: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(y))) - 23);
}

/** Largest error of a float32 function against its double counterpart, in last places, on a grid of float32 points. */
function worstError(from: number, to: number, approx: (x: number) => number, exact: (x: number) => number): number {
  let worst = 0;
  for (let k = 0; k <= 40_000; k++) {
    const x = Math.fround(from + ((to - from) * k) / 40_000);
    const y = exact(x);
    if (y !== 0) worst = Math.max(worst, Math.abs(approx(x) - y) / ulp(y));
  }
  return worst;
}

describe("exp32", () => {
  it("is within 0.55 ulp where the logs of scales live, and as good beyond", () => {
    expect(worstError(-0.3, 10, exp32, Math.exp)).toBeLessThan(0.55);
    expect(worstError(-80, 80, exp32, Math.exp)).toBeLessThan(0.56);
  });

  it("is exactly 1 at 0", () => expect(exp32(0)).toBe(1));
});

describe("log32", () => {
  it("is within 0.56 ulp over the steps, and as good beyond", () => {
    expect(worstError(0.7, 2, log32, Math.log)).toBeLessThan(0.56);
    expect(worstError(1e-6, 1e-3, log32, Math.log)).toBeLessThan(0.56);
    expect(worstError(2, 1e6, log32, Math.log)).toBeLessThan(0.56);
  });

  it("is exactly 0 at 1", () => expect(log32(1)).toBe(0));
});

describe("rounding", () => {
  it("goes to the even neighbour at halves", () => {
    const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5];
    expect(halves.map((x) => roundHalfEven(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 4]);
    expect(halves.map((x) => roundSmall(x) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 4]);
  });

  it("goes to the nearest elsewhere, and leaves large and infinite values", () => {
    expect([-1.51, -0.49, 0.51, 7.4].map((x) => roundHalfEven(x) + 0)).toEqual([-2, 0, 1, 7]);
    expect([4194305.5, -16777216, 1e30, Number.POSITIVE_INFINITY].map(roundHalfEven)).toEqual([
      4194306,
      -16777216,
      1e30,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

describe("clamp", () => {
  it("keeps what is inside and takes NaN to the low end", () => {
    expect([-2, 0.5, 7, Number.NaN].map((x) => clamp(x, 0, 1))).toEqual([0, 0.5, 1, 0]);
  });
});
