import { describe, expect, it } from "vitest";
import { referenceKernels } from "./reference-kernels.ts";

/** Near-normal values from a fixed sequence. */
function values(count: number, seed: number): Float32Array {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float32Array.from({ length: count }, () => uniform() + uniform() + uniform());
}

/** The definition: outputs first, then their difference, in float64. */
function direct(
  x: Float32Array,
  w: Float32Array,
  approximation: Float32Array,
  cols: number,
  size: (e: number) => number,
) {
  const [tokens, outputs] = [x.length / cols, w.length / cols];
  let sum = 0;
  for (let t = 0; t < tokens; t++) {
    for (let o = 0; o < outputs; o++) {
      let [ours, theirs] = [0, 0];
      for (let j = 0; j < cols; j++) {
        ours += x[t * cols + j] * w[o * cols + j];
        theirs += x[t * cols + j] * approximation[o * cols + j];
      }
      sum += size(ours - theirs);
    }
  }
  return sum / (tokens * outputs);
}

describe("outputError", () => {
  it.each([
    [1, 1, 1],
    [4, 2, 9],
    [5, 3, 256],
    [3, 6, 257],
    [2, 7, 600],
  ])("is the mean difference of the outputs for %i tokens, %i outputs and %i columns", (tokens, outputs, cols) => {
    const x = values(tokens * cols, 1);
    const w = values(outputs * cols, 2);
    const other = values(outputs * cols, 3);
    const error = (norm: "l1" | "l2") => referenceKernels.outputError(x, tokens, w, other, outputs, cols, norm);
    const l1 = direct(x, w, other, cols, Math.abs);
    const l2 = direct(x, w, other, cols, (e) => e * e);
    expect(Math.abs(error("l1") / l1 - 1)).toBeLessThan(1e-5);
    expect(Math.abs(error("l2") / l2 - 1)).toBeLessThan(1e-5);
    expect(referenceKernels.outputError(x, tokens, w, w, outputs, cols, "l1")).toBe(0);
  });

  it("sums in float32 within 256 columns and in float64 across them", () => {
    // 2^24 + 1 is no float32: within a block the ones are lost, in the next one they are not.
    const x = new Float32Array(258).fill(1);
    const w = new Float32Array(258);
    w[0] = 2 ** 24;
    w[255] = 1;
    const error = () => referenceKernels.outputError(x, 1, w, new Float32Array(258), 1, 258, "l1");
    expect(error()).toBe(2 ** 24);
    w[256] = 1;
    expect(error()).toBe(2 ** 24 + 1);
    w[257] = 2 ** 24;
    // 1 + 2^24 in the second block, halfway, to even.
    expect(error()).toBe(2 ** 25);
  });

  it("rounds a product and its sum once", () => {
    const x = Float32Array.of(1, 1 + 2 ** -12);
    const w = Float32Array.of(-1, 1 + 2 ** -12);
    expect(referenceKernels.outputError(x, 1, w, new Float32Array(2), 1, 2, "l1")).toBe(2 ** -11 + 2 ** -24);
  });
});

describe("roundedError", () => {
  const x = values(5 * 32, 4);
  const w = values(3 * 32, 5);
  const plain = { scheme: "asymmetric", bits: 3, group: 16, zeroLimit: 65_504 } as const;
  const normalize = {
    rowScale: values(3, 6).map((v) => Math.abs(v) + 0.5),
    columnScale: values(64, 7).map((v) => Math.abs(v) + 0.5),
    tileRows: 2,
    tileCols: 32,
  };

  it("is the error of the matrix that rounding and decoding give", () => {
    const { codes, scale, zero } = referenceKernels.round(w, 3, 32, { ...plain, normalize });
    const decoded = referenceKernels.dequantize({
      ...{ rows: 3, cols: 32, bits: 3, group: 16, codes, scale, zero: zero! },
      columnScale: normalize.columnScale,
      columnScaleRows: 2,
    });
    expect(referenceKernels.roundedError(x, 5, w, 3, 32, { ...plain, normalize }, "l2")).toBe(
      referenceKernels.outputError(x, 5, w, decoded, 3, 32, "l2"),
    );
  });

  it.each(["symmetric", "codebook-absmax", "codebook-shift"] as const)("falls as bits rise: %s", (scheme) => {
    const error = (bits: number) => {
      const last = 2 ** bits - 1;
      const levels = Float32Array.from({ length: last + 1 }, (_, k) => (2 * k) / last - 1);
      const codebook = scheme === "symmetric" ? {} : { levels };
      return referenceKernels.roundedError(x, 5, w, 3, 32, { ...plain, scheme, bits, ...codebook }, "l1");
    };
    expect(error(8)).toBeLessThan(0.2 * error(4));
    expect(error(8)).toBeGreaterThan(0);
  });

  it.each([
    ["symmetric", 7],
    ["codebook-absmax", 0],
  ] as const)("decodes with the zero of its scheme: %s", (scheme, zero) => {
    const codebook = scheme === "symmetric" ? {} : { levels: Float32Array.of(-1, -0.3, 0.1, 1) };
    const options = { ...plain, scheme, bits: 4, ...codebook };
    const { codes, scale } = referenceKernels.round(w, 3, 32, options);
    const stored = {
      ...{ rows: 3, cols: 32, bits: 4, group: 16, codes, scale },
      zero: Float32Array.of(zero),
      ...codebook,
    };
    expect(referenceKernels.roundedError(x, 5, w, 3, 32, options, "l1")).toBe(
      referenceKernels.outputError(x, 5, w, referenceKernels.dequantize(stored), 3, 32, "l1"),
    );
  });
});
