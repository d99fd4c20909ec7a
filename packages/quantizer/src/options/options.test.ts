import { loadKernels } from "@sinqbench/kernels";
import { describe, expect, it } from "vitest";
import type { Encoded, Quantizer } from "../types.ts";
import { checkOptions, optionRule } from "./option-rules.ts";
import { withOptions } from "./with-options.ts";

interface Options {
  readonly steps: number;
  readonly fast: boolean;
}
const seen: Partial<Options>[] = [];
const method: Quantizer<Options> = {
  info: { id: "mine", label: "Mine", formula: "", source: "", bits: [4], tilings: ["1d"] },
  defaults: { steps: 2, fast: true },
  optionRules: { steps: optionRule.whole(1), fast: optionRule.flag },
  quantize: (_weight, _config, _context, options) => {
    seen.push(options!);
    return {} as Encoded;
  },
  blockStep: async (_block, _config, _context, options) => {
    seen.push(options!);
    return new Map();
  },
};
const config = { bits: 4, groupSize: 16, tiling: "1d", aux: "f32" } as const;
const context = { kernels: loadKernels({ threads: 1 }) };

describe("rules of options", () => {
  it.each([
    ["flag", optionRule.flag, [true, false], [1, "true", undefined]],
    ["whole", optionRule.whole(1), [1, 20], [0, 1.5, "1", Number.NaN, Number.POSITIVE_INFINITY]],
    ["number", optionRule.number(0.5, 2), [0.5, 1, 2], [0.49, 2.01, Number.NaN, "1"]],
    ["share", optionRule.share(1), [1e-9, 1], [0, 1.01, Number.NaN, "1"]],
    ["oneOf", optionRule.oneOf(["l1", "l2"]), ["l1", "l2"], ["l3", "toString", 1]],
  ])("%s", (_, { accepts }, good, bad) => {
    expect(good.filter((value) => !accepts(value))).toEqual([]);
    expect(bad.filter((value) => accepts(value))).toEqual([]);
  });

  it("name the method, the option, its value and what it must be", () => {
    const options = { steps: 0, fast: true };
    expect(() => checkOptions("mine", method.optionRules!, options)).toThrow(
      expect.objectContaining({
        code: "invalid-option",
        message: "mine: option steps is 0 and must be a whole number of at least 1.",
      }),
    );
  });
});

describe("a method with other options", () => {
  it("has them as its defaults and hands them on, beneath those of a call", async () => {
    const changed = withOptions(method, { steps: 5 });
    expect(changed.defaults).toEqual({ steps: 5, fast: true });
    changed.quantize({ rows: 1, cols: 1, data: new Float32Array(1) }, config, context);
    changed.quantize({ rows: 1, cols: 1, data: new Float32Array(1) }, config, context, { steps: 7, fast: false });
    await changed.blockStep!({ tensors: [] }, config, context);
    expect(seen).toEqual([{ steps: 5 }, { steps: 7, fast: false }, { steps: 5 }]);
    expect(method.defaults.steps).toBe(2);
  });

  it("is refused where an option is", () =>
    expect(() => withOptions(method, { steps: -1 })).toThrow("mine: option steps"));
});
