import { describe, expect, it } from "vitest";
import { loadPublished, type PublishedRounding } from "../fixtures/load-published.ts";
import type { RoundOptions } from "../types.ts";
import { unpack } from "./pack.ts";
import { round } from "./round.ts";
import { sinkhorn } from "./sinkhorn.ts";

const NF4 = Float32Array.of(
  ...[-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334],
  ...[-0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224],
  ...[0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1],
);
const NF3 = Float32Array.of(
  ...[-1, -0.5350227355957031, -0.246931403875351, 0, 0.1833375245332718, 0.3819939494132996, 0.6229856610298157, 1],
);

/** What each method of the published code asks of the kernels. */
function optionsOf({ method, bits }: PublishedRounding): RoundOptions {
  const base = { bits, group: 64, zeroLimit: Number.POSITIVE_INFINITY };
  if (method === "sinq-sym") return { ...base, scheme: "symmetric" };
  if (!method.includes("nf")) return { ...base, scheme: "asymmetric" };
  return { ...base, scheme: "codebook-shift", levels: bits === 3 ? NF3 : NF4 };
}

function worst(ours: Float32Array, theirs: Float32Array): number {
  return Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]) / Math.max(Math.abs(theirs[i]), 1e-2)));
}

const one = (options: Partial<RoundOptions>, w: number[]) => {
  const full = {
    scheme: "asymmetric",
    bits: 4,
    group: w.length,
    zeroLimit: Number.POSITIVE_INFINITY,
    ...options,
  } as const;
  const { codes, scale, zero } = round(Float32Array.from(w), 1, w.length, full);
  return { codes: [...unpack(codes, full.bits, w.length)], scale: scale[0], zero: zero?.[0] };
};

describe("round", () => {
  it.each(["gauss-128", "outlier-128", "scaled-128"] as const)("agrees with the published code on %s", (name) => {
    const { weight, rows, cols, rounded } = loadPublished(name);
    const tile = { tileRows: rows, tileCols: cols };
    const scales = sinkhorn(weight, rows, cols, { ...tile, iterations: 16, stepMin: 0.7, stepMax: 2, earlyStop: true });
    expect(rounded.length).toBeGreaterThan(0);
    for (const theirs of rounded) {
      const normalize = theirs.method.startsWith("sinq") ? { normalize: { ...scales, ...tile } } : {};
      const ours = round(weight, rows, cols, { ...optionsOf(theirs), ...normalize });
      expect(unpack(ours.codes, theirs.bits, rows * cols), theirs.method).toEqual(theirs.codes);
      expect(worst(ours.scale, theirs.scale), theirs.method).toBeLessThan(1e-6);
      expect(ours.zero === null, theirs.method).toBe(theirs.zero === null);
      if (ours.zero && theirs.zero) expect(worst(ours.zero, theirs.zero), theirs.method).toBeLessThan(1e-5);
    }
  });

  it("rounds halves to even", () => {
    // scale 1, zero 0: the weights are their own codes.
    expect(one({}, [0, 0.5, 1.5, 2.5, 14.5, 15])).toEqual({ codes: [0, 0, 2, 2, 14, 15], scale: 1, zero: 0 });
    // 7 / 2 = 3.5 to 4 and 5 / 2 = 2.5 to 2 in the zero point.
    expect(one({}, [-7, 23]).zero).toBe(4);
    expect(one({}, [-5, 25]).zero).toBe(2);
  });

  it("bounds the range of a constant group from below", () => {
    const { scale, zero, codes } = one({}, [0, 0, 0]);
    expect({ scale, zero, codes }).toEqual({ scale: Math.fround(Math.fround(1e-4) / 15), zero: 0, codes: [0, 0, 0] });
    expect(one({ scheme: "symmetric" }, [0, 0]).scale).toBe(Math.fround(Math.fround(1e-5) / 6));
    expect(one({ scheme: "codebook-shift", levels: NF4 }, [0, 0]).scale).toBe(Math.fround(1e-4));
  });

  it("uses two levels fewer in symmetric rounding, as published", () => {
    expect(one({ scheme: "symmetric", bits: 3 }, [-2, -1, 0, 1, 2])).toEqual({
      codes: [1, 2, 3, 4, 5],
      scale: 1,
      zero: undefined,
    });
  });

  it("takes the lower level at a tie", () => {
    const levels = Float32Array.of(-1, -0.5, 0, 1);
    // mean 0, scale 1: the weights are compared as they are.
    expect(one({ scheme: "codebook-shift", levels, bits: 2 }, [-1, 1, -0.75, -0.25, 0.5, 0.5]).codes).toEqual([
      0, 3, 0, 1, 2, 2,
    ]);
  });

  it("shifts a codebook by the mean", () => {
    const { codes, scale, zero } = one({ scheme: "codebook-shift", levels: NF4 }, [9, 10, 11]);
    expect({ codes, scale, zero }).toEqual({ codes: [0, 7, 15], scale: 1, zero: -10 });
  });

  it("takes a codebook to the largest magnitude, without a zero", () => {
    const levels = Float32Array.of(-1, -0.25, 0, 0.5, 1);
    const scheme = "codebook-absmax";
    expect(one({ scheme, levels, bits: 3 }, [0.2, -2, 0.6, 1.6])).toEqual({
      codes: [2, 0, 3, 4],
      scale: 2,
      zero: undefined,
    });
    // -0.125, 0.25 and 0.75 lie between two levels: the lower one.
    expect(one({ scheme, levels, bits: 3 }, [-0.5, 1, 3, 4]).codes).toEqual([1, 2, 3, 4]);
    expect(one({ scheme, levels, bits: 3 }, [0, -0, 0, 0])).toEqual({ codes: [2, 2, 2, 2], scale: 0, zero: undefined });
    // 1 / 1e-42 is beyond float32.
    expect(one({ scheme, levels, bits: 3 }, [1e-42, -1e-42, 0, 0]).codes).toEqual([2, 2, 2, 2]);
  });

  it("falls back to a coarse scale where the zero point would not fit", () => {
    const w = [50_000, 50_000.01, 50_000.02];
    const free = one({}, w);
    expect(Math.abs(free.zero ?? 0)).toBeGreaterThan(65_504);
    const bounded = one({ zeroLimit: 65_504 }, w);
    expect(bounded.scale).toBe(Math.fround(Math.fround(50_000.02) / 2048));
    expect(bounded.zero).toBe(-2048);
    const shifted = one({ zeroLimit: 65_504, scheme: "codebook-shift", levels: NF4 }, [-5e8, -5e8, -5e8]);
    expect(shifted.scale).toBe(5e8 / 2048);
    expect(shifted.zero).toBe(2048);
    // Exactly at the limit it still fits: range 1500, zero -(-1000 / 100) = 10.
    expect(one({ zeroLimit: 10 }, [-1000, 500]).scale).toBe(100);
  });

  it("divides by the column scale, then by the row scale, and returns the scale times the row scale", () => {
    const w = Float32Array.of(3, 10, 2, 7, 1, 30);
    const normalize = {
      rowScale: Float32Array.of(2, 3),
      columnScale: Float32Array.of(0.7, 3, 1.1),
      tileRows: 2,
      tileCols: 3,
    };
    const options = { scheme: "asymmetric", bits: 8, group: 3, zeroLimit: 65_504 } as const;
    const f = Math.fround;
    const divided = w.map((x, k) => f(f(x / normalize.columnScale[k % 3]) / normalize.rowScale[Math.floor(k / 3)]));
    const plain = round(divided, 2, 3, options);
    const ours = round(w, 2, 3, { ...options, normalize });
    expect(ours.codes).toEqual(plain.codes);
    expect(ours.zero).toEqual(plain.zero);
    expect(ours.scale).toEqual(plain.scale.map((s, i) => s * normalize.rowScale[i]));
  });

  it("names the first weight that is not finite", () => {
    const options = { scheme: "asymmetric", bits: 4, group: 2, zeroLimit: 65_504 } as const;
    const w = Float32Array.of(1, 2, 3, Number.NEGATIVE_INFINITY);
    expect(() => round(w, 2, 2, options)).toThrow(expect.objectContaining({ code: "non-finite-weight" }));
    expect(() => round(w, 2, 2, options)).toThrow(/row 1, column 1 is -Infinity/);
  });
});
