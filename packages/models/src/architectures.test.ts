import { describe, expect, test } from "vitest";
import { parseModelConfig } from "./read-model-config.ts";
import { DEEPSEEK_V2, DEEPSEEK_V3, MSCALE, PHI3, QWEN3_MOE } from "./test-configs.ts";

const parse = (json: object) => parseModelConfig("m/config.json", JSON.stringify(json));
const omit = (json: Record<string, unknown>, ...fields: string[]) =>
  Object.fromEntries(Object.entries(json).filter(([field]) => !fields.includes(field)));

describe("qwen3_moe", () => {
  test("experts in every block, weights that sum to one", () => {
    const { experts, queryKeyNorm, headDim } = parse(QWEN3_MOE);
    expect(experts).toMatchObject({
      count: 128,
      intermediateSize: 768,
      sharedSize: 0,
      routing: { perToken: 8, scores: "softmax", groups: null, correction: false, normalize: true, scale: 1 },
    });
    expect(experts!.blocks).toEqual(Array(48).fill(true));
    expect([queryKeyNorm, headDim]).toEqual([true, 128]);
  });

  test("transformers 5 spells the number of experts otherwise", () => {
    const other = { ...omit(QWEN3_MOE, "num_experts"), num_local_experts: 128 };
    expect(parse(other)).toEqual(parse(QWEN3_MOE));
  });

  test("blocks without experts, by list and by step", () => {
    const blocks = (change: object) => parse({ ...QWEN3_MOE, num_hidden_layers: 6, ...change }).experts!.blocks;
    expect(blocks({ mlp_only_layers: [0, 4] })).toEqual([false, true, true, true, false, true]);
    expect(blocks({ decoder_sparse_step: 3 })).toEqual([false, false, true, false, false, true]);
  });
});

describe("deepseek_v2", () => {
  test("latent attention: heads of two parts, scores that yarn sharpens", () => {
    const config = parse(DEEPSEEK_V2.full);
    expect(config).toMatchObject({ headDim: 192, rotaryDim: 64, valueDim: 128, keyValueHeads: 128 });
    expect(config.latent).toEqual({ queryRank: 1536, keyValueRank: 512, plainDim: 128 });
    const mscale = 0.1 * MSCALE * Math.log(40) + 1;
    expect(config.attentionScale).toBeCloseTo(mscale ** 2 / Math.sqrt(192), 12);
    expect(parse({ ...DEEPSEEK_V2.full, rope_scaling: null }).attentionScale).toBeCloseTo(1 / Math.sqrt(192), 12);
  });

  test("the Lite model has no latent queries and no groups", () => {
    const { latent, experts } = parse(DEEPSEEK_V2.lite);
    expect(latent!.queryRank).toBeNull();
    expect(experts).toMatchObject({ count: 64, sharedSize: 2 * 1408, routing: { groups: null, scale: 1 } });
    expect(experts!.blocks.slice(0, 3)).toEqual([false, true, true]);
  });

  test("groups count by their best expert, and only weights that are not normalized are scaled", () => {
    const routing = (change: object) => parse({ ...DEEPSEEK_V2.full, ...change }).experts!.routing;
    expect(routing({})).toMatchObject({ groups: { count: 8, chosen: 3, best: 1 }, normalize: false, scale: 16 });
    expect(routing({ norm_topk_prob: true })).toMatchObject({ normalize: true, scale: 1 });
  });

  test("every other block after the first ones has experts where the config says so", () => {
    const change = { first_k_dense_replace: 2, moe_layer_freq: 2, num_hidden_layers: 6 };
    expect(parse({ ...DEEPSEEK_V2.lite, ...change }).experts!.blocks).toEqual([false, false, true, false, true, false]);
  });

  test("transformers 5 gives null where there are no groups", () => {
    const other = { ...DEEPSEEK_V2.lite, n_group: null, topk_group: null };
    expect(parse(other)).toEqual(parse(DEEPSEEK_V2.lite));
  });
});

describe("deepseek_v3", () => {
  test("sigmoid scores with a correction, groups by their two best experts", () => {
    const { experts, scaledBlock } = parse(DEEPSEEK_V3);
    expect(experts!.routing).toEqual({
      perToken: 8,
      scores: "sigmoid",
      correction: true,
      groups: { count: 8, chosen: 4, best: 2 },
      normalize: true,
      scale: 2.5,
    });
    expect(experts!.blocks.slice(0, 5)).toEqual([false, false, false, true, true]);
    expect(scaledBlock).toEqual([128, 128]);
    expect(parse(omit(DEEPSEEK_V3, "quantization_config")).scaledBlock).toBeNull();
  });
});

describe("phi3", () => {
  test("fused projections, a sliding window, Phi's own epsilon", () => {
    const config = parse(omit(PHI3, "rms_norm_eps"));
    expect(config).toMatchObject({ fusedProjections: true, slidingWindow: 2047, normEpsilon: 1e-5, rotaryDim: 96 });
    expect(parse({ ...PHI3, sliding_window: null }).slidingWindow).toBeNull();
  });

  test("a part of each head rotates, in both spellings", () => {
    expect(parse({ ...PHI3, partial_rotary_factor: 0.75 }).rotaryDim).toBe(72);
    const parameters = { rope_type: "default", rope_theta: 10_000, partial_rotary_factor: 0.75 };
    expect(parse({ ...PHI3, rope_parameters: parameters }).rotaryDim).toBe(72);
  });

  test("long and short factors, one for each pair of rotated values", () => {
    const rope_scaling = { type: "su", short_factor: Array(48).fill(1), long_factor: Array(48).fill(4) };
    const long = { ...PHI3, max_position_embeddings: 131_072, rope_scaling };
    expect(parse(long).rope).toMatchObject({ type: "longrope", originalPositions: 4096 });
    expect(() => parse({ ...long, partial_rotary_factor: 0.5 })).toThrow(/short_factor is 48, expected 24 numbers/);
  });
});

test("what just fits is taken: every expert, all experts of the chosen groups, groups of two", () => {
  expect(parse({ ...QWEN3_MOE, num_experts_per_tok: 128 }).experts!.routing.perToken).toBe(128);
  const groups = { n_group: 80, topk_group: 3 };
  expect(parse({ ...DEEPSEEK_V2.full, ...groups }).experts!.routing.groups).toEqual({ count: 80, chosen: 3, best: 1 });
  expect(parse({ ...DEEPSEEK_V3, n_group: 128 }).experts!.routing.groups).toEqual({ count: 128, chosen: 4, best: 2 });
});

test.each([
  [QWEN3_MOE, { num_experts_per_tok: 129 }, /num_experts_per_tok is 129, expected at most the 128 experts/],
  [QWEN3_MOE, { mlp_only_layers: [-1] }, /mlp_only_layers is \[-1\], expected a list of whole numbers/],
  [QWEN3_MOE, { num_experts: 0 }, /num_experts is 0, expected a positive integer/],
  [DEEPSEEK_V2.full, { n_group: 7 }, /n_group is 7, expected equal parts of 160 experts/],
  [DEEPSEEK_V2.full, { topk_group: 9 }, /topk_group is 9, expected some of 8 groups, with 6 experts in them/],
  [DEEPSEEK_V2.full, { n_group: 80, topk_group: 2 }, /topk_group is 2, expected some of 80 groups/],
  [DEEPSEEK_V2.full, { topk_method: "noaux_tc" }, /topk_method = "noaux_tc" is not supported/],
  [DEEPSEEK_V2.full, { scoring_func: "sigmoid" }, /scoring_func = "sigmoid" is not supported/],
  [DEEPSEEK_V2.full, { qk_rope_head_dim: 63 }, /qk_rope_head_dim is 63, expected an even number/],
  [DEEPSEEK_V2.full, { first_k_dense_replace: -1 }, /first_k_dense_replace is -1, expected a whole number, 0 or more/],
  [DEEPSEEK_V3, { n_group: 256 }, /n_group is 256, expected equal parts of 256 experts, 2 or more each/],
  [DEEPSEEK_V3, { rope_interleave: false }, /rope_interleave = false is not supported/],
  [DEEPSEEK_V3, { quantization_config: { quant_method: "gptq" } }, /quantization_config = "gptq" is not supported/],
  [
    DEEPSEEK_V3,
    { quantization_config: { quant_method: "fp8", weight_block_size: [128] } },
    /weight_block_size is \[128\], expected two whole numbers/,
  ],
  [
    DEEPSEEK_V3,
    { quantization_config: { quant_method: "fp8", fmt: "e5m2", weight_block_size: [128, 128] } },
    /fmt = "e5m2" is not supported/,
  ],
  [PHI3, { partial_rotary_factor: 1.5 }, /partial_rotary_factor is 1.5, expected a share of the head/],
])("%# is one clear error", (config, change, message) => {
  expect(() => parse({ ...config, ...change })).toThrow(message);
});
