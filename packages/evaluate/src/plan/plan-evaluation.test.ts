import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseModelConfig, readModelConfig } from "@sinqbench/models";
import type { StatisticsNeeds } from "@sinqbench/quantizer";
import { describe, expect, onTestFinished, test } from "vitest";
import { evaluate } from "../evaluate.ts";
import { tinyModel, tinyTokens } from "../fixtures/tiny/checkpoint.ts";
import { BF16, referenceOptions, ZERO, zeroing } from "../test-support.ts";
import type { EvaluateOptions, Variant } from "../types.ts";
import { expertOrders } from "./expert-order.ts";
import { planEvaluation } from "./plan-evaluation.ts";

const learning = (id: string, needs: StatisticsNeeds): Variant => ({ ...ZERO, id, quantizer: { ...zeroing, needs } });
const VARIANTS = [
  BF16,
  ZERO,
  learning("original", { meanAbs: true, prefix: "original" }),
  learning("quantized", { secondMoment: true, prefix: "quantized" }),
];

async function denseOptions(): Promise<EvaluateOptions> {
  const { nll: _, ...options } = await referenceOptions("llama");
  const ids = options.sets[0]!.ids;
  const calibration = { name: "c", length: 40, count: 3, ids: ids.slice(0, 120) };
  return { ...options, variants: VARIANTS, calibration };
}

async function expertsOptions(): Promise<EvaluateOptions> {
  const ids = tinyTokens("qwen3-moe");
  const { kernels } = await referenceOptions("llama");
  return {
    modelDir: await tinyModel("qwen3-moe"),
    variants: VARIANTS,
    sets: [{ name: "a", length: 32, count: 3, ids: ids.slice(0, 96) }],
    calibration: { name: "c", length: 16, count: 2, ids: ids.slice(100, 132) },
    kernels,
    threads: 1,
  };
}

describe.each([
  ["a dense model", denseOptions],
  ["a model with experts", expertsOptions],
])("%s", (name, optionsOf) => {
  test("takes the arithmetic and the disk that were planned", async () => {
    const options = await optionsOf();
    const config = await readModelConfig(options.modelDir);
    const plan = planEvaluation({ config, ...options, freeMemory: 1e9 });
    const work = await mkdtemp(join(tmpdir(), "evaluate-plan-"));
    onTestFinished(() => rm(work, { recursive: true, force: true }));
    let last = { done: 0, total: 0 };
    const results = await evaluate({ ...options, work, onProgress: (progress) => (last = progress) });
    expect(plan.flops / last.total).toBeCloseTo(1, 12);
    expect(plan.linearWeights).toBe(results[0]!.linearWeights);
    expect(2 * (plan.parameters - plan.linearWeights)).toBe(results[0]!.otherBytes);
    let bytes = 0;
    for (const file of await readdir(work)) if (file.endsWith(".f32")) bytes += (await stat(join(work, file))).size;
    // MLP inputs of the experts are gone by then: one state for each variant, two for each calibration chain.
    const tokens = ({ count, length }: { count: number; length: number }) => count * length * config.hiddenSize * 4;
    const gone = name.includes("experts") ? 4 * tokens(options.sets[0]!) + 2 * 2 * tokens(options.calibration!) : 0;
    expect(plan.diskBytes - gone).toBeGreaterThanOrEqual(bytes);
    expect(plan.diskBytes - gone).toBeLessThan(1.3 * bytes);
  });
});

/** DeepSeek-V2.5's shape. */
const V25 = parseModelConfig(
  "DeepSeek-V2.5",
  JSON.stringify({
    model_type: "deepseek_v2",
    hidden_act: "silu",
    hidden_size: 5120,
    intermediate_size: 12_288,
    moe_intermediate_size: 1536,
    num_hidden_layers: 60,
    first_k_dense_replace: 1,
    num_attention_heads: 128,
    num_key_value_heads: 128,
    q_lora_rank: 1536,
    kv_lora_rank: 512,
    qk_nope_head_dim: 128,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
    n_routed_experts: 160,
    n_shared_experts: 2,
    num_experts_per_tok: 6,
    n_group: 8,
    topk_group: 3,
    topk_method: "group_limited_greedy",
    norm_topk_prob: false,
    routed_scaling_factor: 16,
    scoring_func: "softmax",
    vocab_size: 102_400,
    max_position_embeddings: 163_840,
    rms_norm_eps: 1e-6,
    rope_theta: 10_000,
    tie_word_embeddings: false,
  }),
);
const EXPERT_WEIGHTS = 160 * 3 * 5120 * 1536;
const PAPER_SETS = [
  { count: 146, length: 2048 },
  { count: 256, length: 2048 },
];
const request = { config: V25, variants: [BF16, ZERO], sets: PAPER_SETS, bytesPerWeight: 2 };

describe("DeepSeek-V2.5", () => {
  test("has its parameters, and passes through less than a tenth of them for a token", () => {
    const plan = planEvaluation({ config: V25, variants: [BF16], sets: [{ count: 1, length: 2048 }], freeMemory: 3e9 });
    expect(plan.parameters / 1e9).toBeCloseTo(235.74, 2);
    expect(plan.readBytes).toBe(2 * plan.parameters);
    const active = plan.flops / 2 / 2048;
    expect(active / 1e9).toBeGreaterThan(20);
    expect(active / 1e9).toBeLessThan(25);
    // A dense part or an expert at a time: far less than a block's 7.5 GB of experts.
    expect(plan.peakBytes).toBeLessThan(9e9);
  });

  test("by experts: each is read once a block, and each token's states go by disk for each of its experts", () => {
    const { expertMajor } = expertOrders({ ...request, batchBytes: 1e9 })!;
    const states = 2 * 402 * 2048 * 5120 * 4;
    expect(expertMajor).toBe(59 * (2 * EXPERT_WEIGHTS + states * (1 + 6 * 3)));
  });

  test("by windows: experts are read, written as encodings, and read again for each batch of windows", () => {
    // 125.8 MB a window: seven to a batch, so 21 + 37 batches.
    const { windowMajor, windowsPerBatch } = expertOrders({ ...request, batchBytes: 1e9 })!;
    expect(windowsPerBatch).toBe(7);
    const encoded = (EXPERT_WEIGHTS * (4 + 32 / 64)) / 8;
    expect(windowMajor).toBe(59 * (2 * EXPERT_WEIGHTS + encoded + 58 * (encoded + 2 * EXPERT_WEIGHTS)));
  });

  test("a small memory speaks for the experts, a large one for the windows", () => {
    const small = expertOrders({ ...request, batchBytes: 0.5e9 })!;
    expect(small.windowMajor).toBeGreaterThan(small.expertMajor);
    const large = expertOrders({ ...request, batchBytes: 60e9 })!;
    expect(large.windowMajor).toBeLessThan(large.expertMajor);
    expect(large.expertMajor).toBe(small.expertMajor);
  });

  test("fp8 weights are read as one byte", () => {
    const half = expertOrders({ ...request, bytesPerWeight: 1, batchBytes: 1e9 })!;
    const whole = expertOrders({ ...request, batchBytes: 1e9 })!;
    expect(whole.expertMajor - half.expertMajor).toBe(59 * EXPERT_WEIGHTS);
  });
});

test("a model without experts has no orders to choose from", async () => {
  const { modelDir } = await referenceOptions("llama");
  const config = await readModelConfig(modelDir);
  expect(
    planEvaluation({ config, variants: [BF16], sets: [{ count: 1, length: 8 }], freeMemory: 1 }).experts,
  ).toBeNull();
});
