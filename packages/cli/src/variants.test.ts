import { describe, expect, it } from "vitest";
import { UsageError } from "./usage-error.ts";
import { chooseVariants, chosenMethod, type VariantChoice } from "./variants.ts";

const settings: VariantChoice = { methods: ["sinq"], bits: [4], groupSize: 64, tiling: "1d", aux: "f16" };

function choose(change: Partial<VariantChoice>) {
  const notes: string[] = [];
  const ids = chooseVariants({ ...settings, ...change }, (line) => notes.push(line)).map(({ id }) => id);
  return { ids, notes };
}

describe("variants", () => {
  it("come in the order of the paper's rows: bf16, then bits, then methods", () => {
    expect(
      choose({ methods: ["sinq", "bf16", "rtn"], bits: [3, 4], groupSize: 128, tiling: "2d", aux: "u8" }).ids,
    ).toEqual(["bf16", "sinq-b3-g128-2d-u8", "rtn-b3-g128-2d-u8", "sinq-b4-g128-2d-u8", "rtn-b4-g128-2d-u8"]);
  });

  it("do not hold bf16 unless it is asked for", () => expect(choose({}).ids).toEqual(["sinq-b4-g64-1d-f16"]));

  it("store a method's auxiliary values in the precision that is its own", () => {
    const { ids } = choose({ methods: ["rtn:groupSize=128,tiling=2d", "sinq", "sinq:aux=u8"] });
    expect(ids).toEqual(["rtn-b4-g128-2d-f16", "sinq-b4-g64-1d-f16", "sinq-b4-g64-1d-u8"]);
  });

  it("carry a preset and options in their id, and as they were named", () => {
    const methods = ["sinq:code-2026-02,iterations=4", "sinq:earlyStop=false"];
    const variants = chooseVariants({ ...settings, methods }, () => {});
    expect(variants.map(({ id, options }) => [id, options])).toEqual([
      ["sinq-b4-g64-1d-u8-code-2026-02-iterations=4", "code-2026-02 iterations=4"],
      ["sinq-b4-g64-1d-f16-earlyStop=false", "earlyStop=false"],
    ]);
    expect(variants[0].quantizer!.defaults).toMatchObject({ iterations: 4, kurtosisLimit: 5, earlyStop: true });
    expect(variants[1].quantizer!.defaults).toMatchObject({ iterations: 16, earlyStop: false });
  });

  it("are one where two methods come to the same", () => {
    expect(choose({ methods: ["sinq", "sinq:aux=f16"] }).ids).toEqual(["sinq-b4-g64-1d-f16"]);
  });

  it("leave a method out where it is not defined, aloud", () => {
    expect(choose({ methods: ["rtn-sym", "rtn"], bits: [2, 3] })).toEqual({
      ids: ["rtn-b2-g64-1d-f16", "rtn-sym-b3-g64-1d-f16", "rtn-b3-g64-1d-f16"],
      notes: ["rtn-sym is not defined for 2 bits and left out there"],
    });
  });

  it("refuse a method that is defined for none of the bits, and an unknown one", () => {
    expect(() => choose({ methods: ["rtn", "rtn-sym"], bits: [2] })).toThrow(/rtn-sym .* 2 bits/);
    expect(() => choose({ methods: ["rtn", "asinqq"] })).toThrow(/"asinqq"/);
    expect(() => chosenMethod("SINQ")).toThrow(/Did you mean sinq\?/);
    for (const text of ["sinq:iteration=4", "sinq:iterations=0", "higgs"]) {
      expect(() => choose({ methods: ["rtn", text] })).toThrow(UsageError);
    }
  });
});
