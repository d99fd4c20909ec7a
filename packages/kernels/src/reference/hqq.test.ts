import { describe, expect, it } from "vitest";
import type { HqqOptions } from "../types.ts";
import { referenceKernels } from "./reference-kernels.ts";

const published: HqqOptions = {
  ...{ bits: 2, group: 4, iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false },
  ...{ keep: "last", tileRows: 1, zeroLimit: Number.MAX_VALUE },
};

function solve(values: readonly number[], change: Partial<HqqOptions> = {}, rows = 1) {
  const options = { ...published, ...change };
  const { codes, scale, zero } = referenceKernels.hqq(Float32Array.from(values), rows, values.length / rows, options);
  return {
    codes: [...referenceKernels.unpack(codes, options.bits, values.length)],
    scale: [...scale],
    zero: [...zero!],
  };
}

describe("hqq", () => {
  it("takes its scale from the range: 1 for a group next to constant, never below 1 / 20000", () => {
    expect(solve([0, 1, 2, 6]).scale).toEqual([2]);
    expect(solve([0.5, 0.5, 0.5, 0.50005]).scale).toEqual([1]);
    expect(solve([0, 0, 0, 1e-4]).scale).toEqual([1]);
    expect(solve([0, 0, 0, 0.00011]).scale[0]).toBeCloseTo(5e-5, 10);
    expect(solve([0, 0, 0, 0.002]).scale[0]).toBeCloseTo(0.002 / 3, 9);
  });

  it("moves the zero by the mean of what is left, one step by hand", () => {
    // r = 1, z = 0: codes 0 0 1 3; q - w = 0, -0.125, 0.25, 0 (0.125 and 0.25 are below beta^(-1 / (2 - p)) = 0.17, or above it).
    expect(solve([0, 0.125, 0.875, 3], { iterations: 1 })).toEqual({ codes: [0, 0, 1, 3], scale: [1], zero: [0] });
    expect(solve([0, 0.0625, 0.875, 3], { iterations: 1 }).zero[0]).toBeCloseTo((0.125 - 0.0625) / 4, 7);
  });

  it("takes out of the mean what is beyond the shrinkage", () => {
    // d = 0.4 at the second weight: e = 0.4 - 0.4^-0.3 / 10 = 0.26837, so q - (w - e) = -0.13163 there.
    const shrunk = 0.4 - 0.4 ** -0.3 / 10;
    expect(solve([0, 0.4, 1, 3], { iterations: 1 }).zero[0]).toBeCloseTo((shrunk - 0.4) / 4, 6);
    expect(solve([0, -0.4, -1, -3], { iterations: 1 }).zero[0]).toBeCloseTo(3 + (0.4 - shrunk) / 4, 6);
    // Just above the root of the shrinkage, at 0.1701.
    const little = 0.18 - 0.18 ** -0.3 / 10;
    expect(solve([0, 0.18, 1, 3], { iterations: 1 }).zero[0]).toBeCloseTo((little - 0.18) / 4, 6);
    // p = 1: soft thresholding at 1 / beta.
    expect(solve([0, 0.4, 1, 3], { iterations: 1, lpNorm: 1, beta: 5 }).zero[0]).toBeCloseTo(-0.2 / 4, 6);
  });

  it("may start from a whole zero", () => {
    const values = [-0.4, 0.6, 1.6, 2.6];
    expect(solve(values, { iterations: 1 }).zero[0]).toBeCloseTo(0.4, 6);
    const shrunk = 0.4 - 0.4 ** -0.3 / 10;
    // z = 0: codes 0 1 2 3, q - w = 0.4 everywhere.
    expect(solve(values, { iterations: 1, roundZero: true }).zero[0]).toBeCloseTo(0.4 - shrunk, 5);
  });

  it("gives a group whose zero would be too large a coarser scale", () => {
    const { scale, zero, codes } = solve([100, 100, 100, 100.0002], { zeroLimit: 2048, bits: 4 });
    expect(scale[0]).toBeCloseTo(100 / 2048, 4);
    expect(zero[0]).toBeCloseTo(-2048, 0);
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  it("takes a zero up to the limit as it is", () => {
    expect(solve([-3, -2, -1, 0], { zeroLimit: 3 })).toEqual({ codes: [0, 1, 2, 3], scale: [1], zero: [3] });
    expect(solve([-3, -2, -1, 0], { zeroLimit: 2.9 }).scale[0]).toBeCloseTo(3 / 2048, 7);
  });

  it("stops the whole matrix together, or keeps each tile's best", () => {
    const random = Array.from({ length: 64 }, (_, i) => 2 * Math.sin(i * i * 3.7) ** 3);
    const settings = { group: 8, bits: 2 };
    const all = solve(random, settings, 8);
    const apart = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => solve(random.slice(8 * i, 8 * i + 8), settings).zero[0]);
    expect(all.zero).not.toEqual(apart);
    const tiles = solve(random, { ...settings, keep: "best", tileRows: 4 }, 8);
    const halves = [0, 32].flatMap(
      (at) => solve(random.slice(at, at + 32), { ...settings, keep: "best", tileRows: 4 }, 4).zero,
    );
    expect(tiles.zero).toEqual(halves);
    expect(solve(random, { ...settings, keep: "best", tileRows: 8 }, 8).zero).not.toEqual(halves);
  });

  it.each([
    [{ bits: 1 }, "1 bits is not supported"],
    [{ group: 3 }, "group 3 does not divide the 4 columns"],
    [{ iterations: 0 }, "0 iterations is not a count"],
    [{ tileRows: 0 }, "tile height 0 is not a count"],
    [{ lpNorm: 0 }, "norm 0 is not above 0"],
    [{ lpNorm: 1.1 }, "norm 1.1 is not above 0"],
    [{ beta: 0 }, "beta 0 is not within"],
    [{ zeroLimit: 0 }, "zero limit 0 is not positive"],
  ])("refuses %j", (change, message) => expect(() => solve([1, 2, 3, 4], change)).toThrow(message));
});
