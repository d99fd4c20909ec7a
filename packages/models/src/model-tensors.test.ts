import { describe, expect, test } from "vitest";
import { blockFlops, blocksFlops } from "./flops.ts";
import {
  blockTensors,
  denseTensors,
  expertCount,
  expertTensors,
  linearTensorNames,
  modelTensors,
} from "./model-tensors.ts";
import { expertSites, probeSites } from "./probe-sites.ts";
import { architectures, parseModelConfig } from "./read-model-config.ts";
import { DEEPSEEK_V2, DEEPSEEK_V3, PHI3, QWEN3_MOE } from "./test-configs.ts";
import type { ModelConfig } from "./types.ts";

const parse = (json: object) => parseModelConfig("config.json", JSON.stringify(json));
const parameters = (config: ModelConfig) =>
  modelTensors(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

test("parameter counts are the published totals", () => {
  // "30.5B", "15.7B", "236B", "671B" (without the module that predicts two tokens) and "3.8B".
  expect(parameters(parse(QWEN3_MOE))).toBe(30_532_122_624);
  expect(parameters(parse(DEEPSEEK_V2.lite))).toBe(15_706_484_224);
  expect(parameters(parse(DEEPSEEK_V2.full))).toBe(235_741_434_880);
  expect(parameters(parse(DEEPSEEK_V3))).toBe(671_026_419_200);
  expect(parameters(parse(PHI3))).toBe(3_821_079_552);
});

test("the first blocks of a DeepSeek are dense, the others have experts", () => {
  const config = parse(DEEPSEEK_V2.full);
  expect([0, 1, 59].map((index) => expertCount(config, index))).toEqual([0, 160, 160]);
  const inputs = (index: number) => denseTensors(config, index).map(({ input }) => input);
  expect(inputs(0)).toContain("mlp.up_proj.weight");
  expect(inputs(1)).not.toContain("mlp.up_proj.weight");
  expect(inputs(1)).toEqual(expect.arrayContaining(["mlp.gate.weight", "mlp.shared_experts.up_proj.weight"]));
  const names = blockTensors(config, 1).map(({ name }) => name);
  expect(names).toHaveLength(denseTensors(config, 1).length + 3 * 160);
  expect(names.at(-1)).toBe("model.layers.1.mlp.experts.159.down_proj.weight");
});

test("an expert's tensors feed the same inputs, whichever it is", () => {
  const config = parse(QWEN3_MOE);
  const [gate, up, down] = expertTensors(config, 7, 19);
  expect(gate).toEqual({
    name: "model.layers.7.mlp.experts.19.gate_proj.weight",
    input: "gate_proj.weight",
    shape: [768, 2048],
    kind: "linear",
    expert: 19,
  });
  expect([up!.input, down!.input]).toEqual(["up_proj.weight", "down_proj.weight"]);
  expect(down!.shape).toEqual([2048, 768]);
});

test("routers and their corrections are not for quantizers", () => {
  const names = linearTensorNames(parse(DEEPSEEK_V3));
  expect(names.filter((name) => /mlp\.gate\./.test(name))).toEqual([]);
  const kinds = new Map(denseTensors(parse(DEEPSEEK_V3), 3).map(({ input, kind }) => [input, kind]));
  expect(kinds.get("mlp.gate.weight")).toBe("router");
  expect(kinds.get("mlp.gate.e_score_correction_bias")).toBe("router");
});

const DENSE = { num_attention_heads: 4, num_hidden_layers: 1, hidden_size: 8, intermediate_size: 24, vocab_size: 10 };
const CONFIGS: Record<string, object> = {
  qwen3: { ...DENSE, model_type: "qwen3", num_key_value_heads: 2, head_dim: 6, max_position_embeddings: 8 },
  llama: { ...DENSE, model_type: "llama", max_position_embeddings: 8 },
  phi3: PHI3,
  qwen3_moe: QWEN3_MOE,
  deepseek_v2: DEEPSEEK_V2.full,
  deepseek_v3: DEEPSEEK_V3,
};

describe.each(Object.keys(architectures))("%s", (modelType) => {
  const config = parse(CONFIGS[modelType]!);

  test("every linear layer and router has one site, of its width", () => {
    for (const index of [0, config.layers - 1]) {
      const wanted = denseTensors(config, index).filter(
        ({ kind, shape }) => (kind === "linear" || kind === "router") && shape.length === 2,
      );
      const found = probeSites(config, index).flatMap(({ width, weights }) => weights.map((input) => [input, width]));
      expect(found.toSorted()).toEqual(wanted.map(({ input, shape }) => [input, shape[1]]).toSorted());
    }
  });
});

test.each(["qwen3_moe", "deepseek_v2", "deepseek_v3"])("so has every linear layer of an expert of %s", (modelType) => {
  const config = parse(CONFIGS[modelType]!);
  const found = expertSites(config).flatMap(({ width, weights }) => weights.map((input) => [input, width]));
  const tensors = expertTensors(config, config.layers - 1, 0);
  expect(found.toSorted()).toEqual(tensors.map(({ input, shape }) => [input, shape[1]]).toSorted());
});

describe("floating-point operations", () => {
  test("a token counts its own experts, the shared ones and the router", () => {
    const config = parse(DEEPSEEK_V2.lite);
    const attention = 2048 * (16 * 192 + 576) + 512 * 16 * 256 + 16 * 128 * 2048;
    const mlp = 3 * 2048 * 1408 * (6 + 2) + 64 * 2048;
    // One token attends to itself: 16 heads of 192 for the score and 128 for the value.
    expect(blockFlops(config, 1, 5)).toBe(2 * (attention + mlp) + 2 * 16 * (192 + 128));
    expect(blockFlops(config, 1, 0)).toBe(2 * (attention + 3 * 2048 * 10_944) + 2 * 16 * (192 + 128));
    expect(blocksFlops(config, 3)).toBeCloseTo(blockFlops(config, 3, 0) + 26 * blockFlops(config, 3, 1), -2);
  });

  test("a sliding window bounds what a token attends to", () => {
    const config = parse(PHI3);
    const attention = (length: number, slidingWindow: number | null) =>
      blockFlops({ ...config, slidingWindow }, length, 0) - length * blockFlops({ ...config, slidingWindow: 0 }, 1, 0);
    // Five tokens see 1 + 2 + 2 + 2 + 2 keys, or 1 + 2 + 3 + 4 + 5.
    expect(attention(5, 2) / attention(5, null)).toBeCloseTo(9 / 15, 12);
    expect(attention(5, 5)).toBe(attention(5, null));
  });
});
