import { describe, expect, it } from "vitest";
import { loadAux, storeAux } from "./store-aux.ts";

const values = Float32Array.from({ length: 64 }, (_, i) => 0.001 * (i + 1));

describe("storeAux and loadAux", () => {
  it("keeps float32 as it is", () => {
    const aux = storeAux(values, [32, 2], "f32", "scale");
    expect(aux).toEqual({ dtype: "f32", shape: [32, 2], data: values });
    expect(loadAux(aux)).toEqual(values);
  });

  it("rounds to float16", () => {
    const aux = storeAux(Float32Array.of(1, 1.0005, 65504, -3e-8), [4], "f16", "zero");
    expect(aux).toMatchObject({ dtype: "f16", data: Uint16Array.of(0x3c00, 0x3c01, 0x7bff, 0x8001) });
    expect([...loadAux(aux)]).toEqual([1, 1 + 2 ** -10, 65504, -(2 ** -24)]);
  });

  it("stores 8-bit scales with 32 members to a range, and 8-bit zeros in one range", () => {
    const scale = storeAux(values, [32, 2], "u8", "scale");
    expect(scale).toMatchObject({ dtype: "u8", shape: [32, 2], min: values.slice(0, 2) });
    const zero = storeAux(values, [32, 2], "u8", "zero");
    expect(zero).toMatchObject({ dtype: "u8", min: values.slice(0, 1) });
    for (const aux of [scale, zero]) {
      loadAux(aux).forEach((value, i) => {
        expect(Math.abs(value - values[i])).toBeLessThan(0.00013);
      });
    }
    expect(loadAux(scale)).not.toEqual(loadAux(zero));
  });

  it("leaves column scales in float32 with 8-bit aux", () => {
    expect(storeAux(values, [1, 64], "u8", "columnScale")).toEqual({ dtype: "f32", shape: [1, 64], data: values });
    expect(storeAux(values, [1, 64], "f16", "columnScale").dtype).toBe("f16");
  });

  it("refuses 8-bit scales that do not come in multiples of 32", () => {
    const act = () => storeAux(values.subarray(0, 48), [24, 2], "u8", "scale");
    expect(act).toThrow(expect.objectContaining({ code: "aux-not-divisible" }));
    expect(act).toThrow("48 scales do not divide by 32; use --aux f16");
    expect(storeAux(values.subarray(0, 48), [24, 2], "u8", "zero").dtype).toBe("u8");
  });

  it.each([
    ["f16", 65505, "f16; use --aux f32."],
    ["f16", -70000, "f16; use --aux f32."],
    ["f32", Number.POSITIVE_INFINITY, "f32; the weight spans more than float32 can hold"],
    ["u8", Number.NEGATIVE_INFINITY, "f32; the weight"],
    ["f16", Number.NaN, "f16"],
    ["u8", Number.NaN, "f32"],
  ] as const)("refuses what %s cannot hold: %d", (precision, value, message) => {
    const spoilt = values.slice();
    spoilt[37] = value;
    const act = () => storeAux(spoilt, [16, 4], precision, "columnScale");
    expect(act).toThrow(expect.objectContaining({ code: "aux-overflow" }));
    expect(act).toThrow(`The column scale ${value} at [9, 1] does not fit ${message}`);
  });

  it("takes everything that float32 holds", () => {
    const extreme = Float32Array.of(3.4028234663852886e38, -3.4028234663852886e38, 0);
    expect(loadAux(storeAux(extreme, [3], "f32", "zero"))).toEqual(extreme);
  });
});
