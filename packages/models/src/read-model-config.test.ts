import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { modelTensors } from "./model-tensors.ts";
import { parseModelConfig, readModelConfig } from "./read-model-config.ts";

/** Hyper-parameters of Qwen3-0.6B as the hub spells them. */
const QWEN3 = {
  model_type: "qwen3",
  attention_bias: false,
  head_dim: 128,
  hidden_act: "silu",
  hidden_size: 1024,
  intermediate_size: 3072,
  max_position_embeddings: 40960,
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 8,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151_936,
};
const parse = (change: object) => parseModelConfig("m/config.json", JSON.stringify({ ...QWEN3, ...change }));
const parameters = (change: object) =>
  modelTensors(parse(change)).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

test("parameter counts are the published totals", () => {
  // "0.6B", "1.7B" and "32B": 596,049,920, 1,720,574,976 and 32,762,123,264 parameters.
  expect(parameters({})).toBe(596_049_920);
  expect(parameters({ hidden_size: 2048, intermediate_size: 6144 })).toBe(1_720_574_976);
  expect(
    parameters({
      hidden_size: 5120,
      intermediate_size: 25_600,
      num_hidden_layers: 64,
      num_attention_heads: 64,
      tie_word_embeddings: false,
    }),
  ).toBe(32_762_123_264);
});

test("biases are tensors where the config has them", () => {
  const biased = modelTensors(parse({ model_type: "llama", attention_bias: true, mlp_bias: true }));
  expect(biased.filter((tensor) => tensor.kind === "bias")).toHaveLength(28 * 7);
});

test("llama heads default to hidden / heads, Qwen3's to 128", () => {
  expect(parse({ model_type: "llama", head_dim: undefined }).headDim).toBe(64);
  expect(parse({ head_dim: undefined }).headDim).toBe(128);
});

test.each([
  [
    { model_type: "mamba" },
    /m\/config\.json: model_type "mamba" is not supported; supported are qwen3, qwen3_moe, llama, phi3, deepseek_v2, deepseek_v3/,
  ],
  [{ model_type: "constructor" }, /model_type "constructor" is not supported/],
  [{ model_type: undefined }, /model_type "missing" is not supported/],
  [{ hidden_size: "1024" }, /m\/config\.json: hidden_size is "1024", expected a positive integer/],
  [{ vocab_size: undefined }, /vocab_size is missing, expected a positive integer/],
  [{ num_key_value_heads: 5 }, /num_key_value_heads is 5, expected a divisor of 16/],
  [{ head_dim: 7 }, /head_dim is 7, expected an even number/],
  [{ hidden_act: "gelu" }, /hidden_act = "gelu" is not supported \(only "silu"\)/],
  [{ use_sliding_window: true }, /use_sliding_window = true is not supported/],
  [{ quantization_config: { bits: 4 } }, /quantization_config = "present" is not supported \(only fp8 or none\)/],
])("%j is one clear error", (change, message) => {
  expect(() => parse(change)).toThrow(message);
});

test("a folder without config.json, and one with a damaged file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "models-"));
  await expect(readModelConfig(folder)).rejects.toThrow(/config\.json: no such file; a model is/);
  await writeFile(join(folder, "config.json"), "{");
  await expect(readModelConfig(folder)).rejects.toThrow(/config\.json: not a readable JSON object/);
  await writeFile(join(folder, "config.json"), "[]");
  await expect(readModelConfig(folder)).rejects.toThrow(/it holds something else/);
  await rm(folder, { recursive: true });
});
