import type { EvaluationInput } from "@sinqbench/datasets";
import type { VariantResult } from "@sinqbench/evaluate";
import { quantizerById } from "@sinqbench/quantizers";
import { describe, expect, it } from "vitest";
import { resultRows } from "./rows.ts";

const input: EvaluationInput = {
  name: "text",
  label: "Text",
  protocol: "gptq-3",
  protocolSha256: "c".repeat(64),
  windows: { name: "text", length: 3, count: 2, ids: new Int32Array(6), firstScored: 1 },
  textSha256: "a".repeat(64),
  tokensSha256: "b".repeat(64),
};

const sizes = { linearWeights: 1000, otherBytes: 500, unreachedExperts: 0 };
const bf16: VariantResult = {
  ...sizes,
  variant: { id: "bf16", quantizer: null, config: null },
  nll: [Float32Array.of(1, 1, 2, 2)],
  quantizedBytes: 0,
  quantizedWeights: 0,
};
const rtn: VariantResult = {
  ...sizes,
  variant: {
    id: "rtn",
    quantizer: quantizerById("rtn"),
    config: { bits: 3, groupSize: 32, tiling: "2d", aux: "u8" },
  },
  nll: [Float32Array.of(1.5, 1.5, 2.25, 2.25)],
  quantizedBytes: 450,
  quantizedWeights: 1000,
};

describe("result rows", () => {
  it("hold the settings, the perplexity and the paired difference of every variant", () => {
    const [first, second] = resultRows("model", [bf16, rtn], [input]);
    expect(first).toEqual({
      model: "model",
      method: "bf16",
      bits: 16,
      group_size: null,
      tiling: null,
      aux: null,
      options: null,
      calibration: null,
      dataset: "text",
      protocol: "gptq-3",
      windows: 2,
      window: 3,
      perplexity: Math.exp(1.5),
      perplexity_se: Math.exp(1.5) / 2,
      delta_nll: 0,
      delta_nll_se: 0,
      bits_per_weight: 16,
      memory_gb: 2500 / 1e9,
      text_sha256: "a".repeat(16),
      tokens_sha256: "b".repeat(16),
    });
    expect(resultRows("model", [{ ...rtn, variant: { ...rtn.variant, options: "a=1" } }], [input])[0].options).toBe(
      "a=1",
    );
    expect(second).toMatchObject({ method: "rtn", bits: 3, group_size: 32, tiling: "2d", aux: "u8" });
    // Windows differ by 0.5 and 0.25: mean 0.375, standard error 0.125.
    expect(second).toMatchObject({ delta_nll: 0.375, delta_nll_se: 0.125, bits_per_weight: 3.6, memory_gb: 950 / 1e9 });
  });

  it("name what a calibrated method learned from, and only there", () => {
    const asinq: VariantResult = { ...rtn, variant: { ...rtn.variant, quantizer: quantizerById("asinq") } };
    const calibration = { ...input, name: "book", protocol: "gptq-3-last2" };
    const rows = resultRows("model", [bf16, rtn, asinq], [input], calibration);
    expect(rows.map((row) => row.calibration)).toEqual([null, null, `book gptq-3-last2 ${"b".repeat(16)}`]);
  });

  it("pair with bf16 wherever it stands, and with nothing where it was not run", () => {
    expect(resultRows("model", [rtn, bf16], [input])[0].delta_nll).toBe(0.375);
    expect(resultRows("model", [rtn], [input])[0]).toMatchObject({ delta_nll: null, delta_nll_se: null });
  });

  it("come text by text within a variant", () => {
    const twice = (result: VariantResult) => ({ ...result, nll: [result.nll[0], result.nll[0]] });
    const rows = resultRows("model", [twice(bf16), twice(rtn)], [input, { ...input, name: "other" }]);
    expect(rows.map(({ method, dataset }) => `${method} ${dataset}`)).toEqual([
      "bf16 text",
      "bf16 other",
      "rtn text",
      "rtn other",
    ]);
  });
});
