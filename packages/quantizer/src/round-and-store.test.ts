import { loadKernels } from "@sinqbench/kernels";
import { describe, expect, it } from "vitest";
import { decode } from "./decode.ts";
import { roundAndStore } from "./round-and-store.ts";
import { roundings } from "./roundings.ts";
import { loadAux } from "./store-aux.ts";
import { bitsPerWeight, storedBytes } from "./stored-bytes.ts";

const kernels = loadKernels();
const weight = { rows: 2, cols: 8, data: Float32Array.of(0, 1, 2, 3, -3, 0, 0, 12, 5, 5, 5, 5, 0.5, 1, 2, -1) };
const config = { bits: 2, tiling: "1d", aux: "f32" } as const;

describe("roundAndStore", () => {
  it("stores codes, scales and zeros of every group by itself", () => {
    const encoded = roundAndStore(weight, { method: "m", config, group: 4, rounding: roundings.rtn }, { kernels });
    expect(encoded).toMatchObject({ method: "m", rows: 2, cols: 8, bits: 2, group: 4, tiling: "1d" });
    expect(encoded.scale.shape).toEqual([2, 2]);
    expect([...loadAux(encoded.scale)].map((s) => Number(s.toPrecision(6)))).toEqual([1, 5, 0.0000333333, 1]);
    expect([...loadAux(encoded.zero)]).toEqual([0, 1, -150000, 1]);
    expect([...kernels.unpack(encoded.codes, 2, 16)]).toEqual([0, 1, 2, 3, 0, 1, 1, 3, 0, 0, 0, 0, 2, 2, 3, 0]);
    expect([...decode(encoded, kernels)].map((w) => Number(w.toPrecision(6)))).toEqual([
      0, 1, 2, 3, -5, 0, 0, 10, 5, 5, 5, 5, 1, 1, 2, -1,
    ]);
    expect(storedBytes(encoded)).toBe(4 + 4 * 4 + 4 * 4);
    expect(bitsPerWeight(encoded)).toBe(18);
  });

  it("keeps zeros that float16 holds exactly, by a coarser scale where it must", () => {
    const f16 = { ...config, aux: "f16" } as const;
    const encoded = roundAndStore(weight, { method: "m", config: f16, group: 4, rounding: roundings.rtn }, { kernels });
    expect([...loadAux(encoded.zero)]).toEqual([0, 1, -2048, 1]);
    expect(decode(encoded, kernels).slice(8, 12)).toEqual(Float32Array.of(5, 5, 5, 5));
  });

  it("takes the coarser scale from the first zero point that float16 rounds", () => {
    for (const [aux, first, zero] of [
      ["f16", 2048, -2048],
      ["f16", 2049, -2045],
      ["u8", 2049, -2045],
      ["f32", 2049, -2049],
    ] as const) {
      const ramp = { rows: 32, cols: 4, data: Float32Array.from({ length: 128 }, (_, i) => first + (i % 4)) };
      const request = { method: "m", config: { ...config, aux }, group: 4, rounding: roundings.rtn };
      expect(loadAux(roundAndStore(ramp, request, { kernels }).zero)[0], `${aux}, ${first}`).toBe(zero);
    }
  });

  it("keeps float32 zero points finite", () => {
    const huge = { rows: 1, cols: 4, data: new Float32Array(4).fill(1e35) };
    const encoded = roundAndStore(huge, { method: "m", config, group: 4, rounding: roundings.rtn }, { kernels });
    for (const value of decode(encoded, kernels)) expect(value / 1e35).toBeCloseTo(1, 6);
  });

  it("counts a codebook, a column scale and one shared zero", () => {
    const nf4 = { config: { ...config, bits: 4 }, group: 8, method: "m", rounding: roundings.nf4 };
    const plain = roundAndStore(weight, nf4, { kernels });
    expect(storedBytes(plain)).toBe(8 + 2 * 4 + 2 * 4 + 16 * 4);
    const normalize = {
      tileRows: 1,
      tileCols: 8,
      rowScale: Float32Array.of(2, 4),
      columnScale: new Float32Array(16).fill(0.5),
    };
    const scaled = roundAndStore(weight, { ...nf4, normalize }, { kernels });
    expect(scaled).toMatchObject({ columnScaleRows: 1, columnScale: { shape: [2, 8] } });
    expect(storedBytes(scaled)).toBe(storedBytes(plain) + 16 * 4);
    expect(decode(scaled, kernels)).toEqual(decode(plain, kernels));
    const symmetric = { ...nf4, rounding: roundings["rtn-sym"], config: { ...nf4.config, aux: "u8" as const } };
    const rows32 = { rows: 32, cols: 8, data: new Float32Array(256).fill(1) };
    const shared = roundAndStore(rows32, symmetric, { kernels });
    expect(shared.zero).toMatchObject({ shape: [1], dtype: "u8" });
    expect(storedBytes(shared)).toBe(128 + (32 + 4 + 4) + (1 + 4 + 4));
    expect([...decode(shared, kernels)]).toEqual(Array(256).fill(1));
  });
});
