import { describe, expect, it } from "vitest";
import { referenceKernels } from "./reference/reference-kernels.ts";

const w = new Float32Array(24).fill(1);
const tile = { tileRows: 4, tileCols: 3, iterations: 1, stepMin: 0.7, stepMax: 2, earlyStop: true };
const rounding = { scheme: "asymmetric", bits: 4, group: 3, zeroLimit: 65_504 } as const;
const codebook = { ...rounding, scheme: "codebook-shift", levels: Float32Array.of(-1, 0, 1) } as const;
const stored = {
  rows: 4,
  cols: 6,
  bits: 4,
  group: 3,
  codes: new Uint8Array(12),
  scale: new Float32Array(8),
  zero: w.slice(0, 1),
};
const normalize = { rowScale: w.slice(0, 8), columnScale: w.slice(0, 6), tileRows: 4, tileCols: 3 };
const {
  sinkhorn,
  round,
  dequantize,
  product,
  outputError,
  roundedError,
  clipSearch,
  inverseCholesky,
  gptq,
  pack,
  unpack,
} = referenceKernels;
const factor = { order: Int32Array.of(5, 4, 3, 2, 1, 0), unused: new Uint8Array(6), upper: new Float64Array(36) };
const clip = { bits: 4, group: 3, steps: 20, shrink: 0.5 };
const spread = { bits: 4, group: 3, block: 128 };

describe("kernel arguments", () => {
  it("are taken when they fit", () => {
    expect(() => sinkhorn(w, 4, 6, tile)).not.toThrow();
    expect(() => round(w, 4, 6, { ...rounding, normalize })).not.toThrow();
    expect(() => round(w, 4, 6, codebook)).not.toThrow();
    expect(() => dequantize(stored)).not.toThrow();
  });

  it.each<[string, () => unknown]>([
    ["23 values given for a", () => sinkhorn(w.slice(1), 4, 6, tile)],
    ["shape 0 x 6", () => sinkhorn(w.slice(24), 0, 6, tile)],
    ["tile width 4 does not divide the 6 columns", () => sinkhorn(w, 4, 6, { ...tile, tileCols: 4 })],
    ["tile height 0", () => sinkhorn(w, 4, 6, { ...tile, tileRows: 0 })],
    ["-1 iterations", () => sinkhorn(w, 4, 6, { ...tile, iterations: -1 })],
    ["step bounds 2 to 0.7", () => sinkhorn(w, 4, 6, { ...tile, stepMin: 2, stepMax: 0.7 })],
    ["group 4 does not divide", () => round(w, 4, 6, { ...rounding, group: 4 })],
    ["zero limit 0", () => round(w, 4, 6, { ...rounding, zeroLimit: 0 })],
    ["zero limit NaN", () => round(w, 4, 6, { ...rounding, zeroLimit: Number.NaN })],
    ["takes no codebook", () => round(w, 4, 6, { ...codebook, scheme: "asymmetric" })],
    ["2 to 4 levels, not 5", () => round(w, 4, 6, { ...codebook, bits: 2, levels: Float32Array.of(1, 2, 3, 4, 5) })],
    ["2 to 16 levels, not 0", () => round(w, 4, 6, { ...rounding, scheme: "codebook-shift" })],
    ["not finite and ascending", () => round(w, 4, 6, { ...codebook, levels: Float32Array.of(0, 1, 1) })],
    ["group (within a tile) 6", () => round(w, 4, 6, { ...rounding, group: 6, normalize })],
    [
      "row scale has 7 values, expected 8",
      () => round(w, 4, 6, { ...rounding, normalize: { ...normalize, rowScale: w.slice(0, 7) } }),
    ],
    [
      "column scale has 6 values, expected 12",
      () => round(w, 4, 6, { ...rounding, normalize: { ...normalize, tileRows: 3 } }),
    ],
    ["codes has 11 values, expected 12", () => dequantize({ ...stored, codes: new Uint8Array(11) })],
    ["scale has 4 values, expected 8", () => dequantize({ ...stored, scale: w.slice(0, 4) })],
    ["zero has 2 values, expected 8", () => dequantize({ ...stored, zero: w.slice(0, 2) })],
    ["product: scale has 4 values, expected 8", () => product(w.slice(0, 6), 1, { ...stored, scale: w.slice(0, 4) })],
    ["product: 7 values given for a 1 x 6", () => product(w.slice(0, 7), 1, stored)],
    ["product: shape 0 x 6", () => product(w.slice(24), 0, stored)],
    [
      "product: column scale, one line for all rows, has 12 values, expected 6",
      () => product(w.slice(0, 6), 1, { ...stored, columnScale: w.slice(0, 12), columnScaleRows: 2 }),
    ],
    ["17 levels for 4-bit codes", () => dequantize({ ...stored, levels: w.slice(0, 17) })],
    [
      "column scale has 6 values, expected 12",
      () => dequantize({ ...stored, columnScale: w.slice(0, 6), columnScaleRows: 2 }),
    ],
    ["3 values given for a", () => dequantize(stored, new Float32Array(3))],
    ["approximation has 23 values, expected 24", () => outputError(w, 4, w, w.slice(1), 4, 6, "l1")],
    ["outputError: 24 values given for a 3 x 6 matrix", () => outputError(w, 4, w, w, 3, 6, "l1")],
    ["outputError: 24 values given for a 5 x 6 matrix", () => outputError(w, 5, w, w, 4, 6, "l1")],
    ["roundedError: 24 values given for a 5 x 6 matrix", () => roundedError(w, 5, w, 4, 6, rounding, "l1")],
    ["roundedError: group 4", () => roundedError(w, 4, w, 4, 6, { ...rounding, group: 4 }, "l1")],
    ["roundedError: group (within", () => roundedError(w, 4, w, 4, 6, { ...rounding, group: 6, normalize }, "l1")],
    ["clipSearch: 24 values given for a 5 x 6 matrix", () => clipSearch(w, 4, w, 5, 6, clip)],
    ["clipSearch: 24 values given for a 3 x 6 matrix", () => clipSearch(w, 3, w, 4, 6, clip)],
    ["clipSearch: group 4", () => clipSearch(w, 4, w, 4, 6, { ...clip, group: 4 })],
    ["clipSearch: 0 steps", () => clipSearch(w, 4, w, 4, 6, { ...clip, steps: 0 })],
    ["clipSearch: shrink 0 is", () => clipSearch(w, 4, w, 4, 6, { ...clip, shrink: 0 })],
    ["clipSearch: shrink 1.1 is", () => clipSearch(w, 4, w, 4, 6, { ...clip, shrink: 1.1 })],
    ["inverseCholesky: 8 values given for a 3 x 3 matrix", () => inverseCholesky(new Float64Array(8), 3)],
    ["gptq: 24 values given for a 5 x 6 matrix", () => gptq(w, 5, 6, factor, spread)],
    ["gptq: group 4 does not divide", () => gptq(w, 4, 6, factor, { ...spread, group: 4 })],
    ["gptq: block 0 is not a count", () => gptq(w, 4, 6, factor, { ...spread, block: 0 })],
    ["order has 5 values", () => gptq(w, 4, 6, { ...factor, order: factor.order.slice(1) }, spread)],
    ["unused has 5 values", () => gptq(w, 4, 6, { ...factor, unused: new Uint8Array(5) }, spread)],
    ["upper has 35 values, expected 36", () => gptq(w, 4, 6, { ...factor, upper: new Float64Array(35) }, spread)],
    ["each of the 6 columns once", () => gptq(w, 4, 6, { ...factor, order: Int32Array.of(0, 1, 2, 3, 4, 4) }, spread)],
    ["each of the 6 columns once", () => gptq(w, 4, 6, { ...factor, order: Int32Array.of(0, 1, 2, 3, 4, 6) }, spread)],
    ["each of the 6 columns once", () => gptq(w, 4, 6, { ...factor, order: Int32Array.of(-1, 1, 2, 3, 4, 5) }, spread)],
    ["packed codes has 3 values, expected 4", () => unpack(new Uint8Array(3), 3, 10)],
  ])("are refused: %s", (message, call) => {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ name: "BenchError", code: "invalid-kernel-argument" }));
  });

  it.each<[string, () => unknown]>([
    ["round: 1 bits", () => round(w, 4, 6, { ...rounding, bits: 1 })],
    ["round: 9 bits", () => round(w, 4, 6, { ...rounding, bits: 9 })],
    [
      "round: 2 bits is not supported; choose a whole number from 3",
      () => round(w, 4, 6, { ...rounding, bits: 2, scheme: "symmetric" }),
    ],
    ["dequantize: 2.5 bits", () => dequantize({ ...stored, bits: 2.5 })],
    ["clipSearch: 1 bits", () => clipSearch(w, 4, w, 4, 6, { ...clip, bits: 1 })],
    ["gptq: 9 bits", () => gptq(w, 4, 6, factor, { ...spread, bits: 9 })],
    ["pack: 0 bits", () => pack(new Uint8Array(3), 0)],
  ])("are refused: %s", (message, call) => {
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: "unsupported-bits" }));
  });
});
