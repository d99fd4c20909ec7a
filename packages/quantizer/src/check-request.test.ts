import { describe, expect, it } from "vitest";
import { checkConfig, checkWeight } from "./check-request.ts";
import type { QuantizeConfig, QuantizerInfo } from "./types.ts";

const info: QuantizerInfo = {
  id: "some-method",
  label: "",
  formula: "",
  source: "",
  bits: [3, 4],
  tilings: ["1d"],
};
const config: QuantizeConfig = { bits: 4, groupSize: 64, tiling: "1d", aux: "f16" };

describe("checkConfig", () => {
  it("lets through what the method is defined for", () => {
    for (const bits of [3, 4])
      for (const aux of ["f32", "f16", "u8"] as const) checkConfig(info, { ...config, bits, aux });
  });

  it.each([
    [{ bits: 2 }, "unsupported-bits", "some-method is not defined for 2 bits; choose --bits 3, 4."],
    [
      { groupSize: 0 },
      "invalid-group-size",
      "Group size 0 is not a positive whole number; choose --group-size 64 or another.",
    ],
    [{ groupSize: 63.5 }, "invalid-group-size", "Group size 63.5 is not"],
    [{ tiling: "2d" }, "unsupported-tiling", "some-method has no 2d tiling; choose --tiling 1d."],
    [{ aux: "q8" }, "unsupported-aux", "cannot be stored as q8; choose --aux f32, f16, u8."],
  ])("refuses %j", (change, code, message) => {
    const act = () => checkConfig(info, { ...config, ...change } as QuantizeConfig);
    expect(act).toThrow(expect.objectContaining({ name: "BenchError", code }));
    expect(act).toThrow(message);
  });

  it("says why a width is not defined where the method knows", () => {
    expect(() => checkConfig({ ...info, bitsNote: "it has 16 levels" }, { ...config, bits: 5 })).toThrow(
      "some-method is not defined for 5 bits (it has 16 levels); choose",
    );
  });
});

describe("checkWeight", () => {
  it("takes a matrix with all its values", () => checkWeight({ rows: 2, cols: 3, data: new Float32Array(6) }));

  it.each([
    [2, 3, 5],
    [2, 3, 7],
    [0, 3, 0],
    [3, 0, 0],
    [-2, -3, 6],
    [1.5, 4, 6],
  ])("refuses %d x %d with %i values", (rows, cols, length) => {
    expect(() => checkWeight({ rows, cols, data: new Float32Array(length) })).toThrow(
      `Weight of ${rows} x ${cols} comes with ${length} values`,
    );
  });
});
