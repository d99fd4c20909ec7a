import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluate } from "@sinqbench/evaluate";
import { loadKernels } from "@sinqbench/kernels";
import { modelTensors, parseModelConfig } from "@sinqbench/models";
import { matrixImbalance, type Quantizer } from "@sinqbench/quantizer";
import { quantizerById } from "@sinqbench/quantizers";
import { seededRandom, writeSafetensors } from "@sinqbench/tensor";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const folder = temporaryFolder();
const LENGTH = 24;
const shared = {
  hidden_act: "silu",
  hidden_size: 128,
  intermediate_size: 192,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 100,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-6,
  rope_theta: 10_000,
  tie_word_embeddings: false,
  initializer_range: 0.05,
  moe_intermediate_size: 64,
  num_experts_per_tok: 2,
};
const models = {
  qwen3: { ...shared, model_type: "qwen3", head_dim: 32 },
  "qwen3-moe": {
    ...shared,
    model_type: "qwen3_moe",
    head_dim: 32,
    num_experts: 4,
    norm_topk_prob: true,
    decoder_sparse_step: 1,
    mlp_only_layers: [],
  },
  "deepseek-v2-lite": {
    ...shared,
    model_type: "deepseek_v2",
    num_key_value_heads: 4,
    q_lora_rank: null,
    kv_lora_rank: 64,
    qk_nope_head_dim: 24,
    qk_rope_head_dim: 8,
    v_head_dim: 32,
    first_k_dense_replace: 1,
    n_routed_experts: 4,
    n_shared_experts: 1,
    routed_scaling_factor: 1,
    topk_method: "greedy",
    norm_topk_prob: false,
    scoring_func: "softmax",
  },
};

/** A checkpoint whose linear layers have columns as uneven as outlier channels make them. */
async function unevenModel(name: keyof typeof models): Promise<string> {
  const dir = join(folder(), name);
  const text = JSON.stringify(models[name]);
  const random = seededRandom(4);
  const sizes = Array.from({ length: 256 }, () => 2 ** (1.5 * random.normal()));
  const entries = modelTensors(parseModelConfig(name, text)).map(({ name, shape, kind }) => {
    const data = random.fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1)), kind === "norm" ? 0.2 : 0.05);
    const cols = shape.at(-1)!;
    const values = data.map((value, i) =>
      kind === "norm" ? 1 + value : kind === "linear" ? value * sizes[i % cols] : value,
    );
    return { name, dtype: "F32" as const, shape, data: values };
  });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "config.json"), text);
  await writeSafetensors(join(dir, "model.safetensors"), entries);
  return dir;
}

/** The method with nothing rounded: every weight is the scale of a group of its own. Notes the imbalance of what it gets. */
function unrounded(method: Quantizer | null, imbalances: number[]): Quantizer {
  return {
    info: { id: "unrounded", label: "", formula: "", source: "", bits: [8], tilings: ["1d"] },
    defaults: {},
    ...(method?.blockStep && { blockStep: method.blockStep }),
    quantize(weight, { bits }, { name }) {
      const { rows, cols, data } = weight;
      if (!name!.includes("o_proj")) imbalances.push(matrixImbalance(weight));
      return {
        method: "unrounded",
        rows,
        cols,
        bits,
        group: 1,
        tiling: "1d",
        codes: new Uint8Array(rows * cols).fill(1),
        scale: { dtype: "f32", shape: [rows, cols], data: data.slice() },
        zero: { dtype: "f32", shape: [1], data: new Float32Array(1) },
      };
    },
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

describe.each(Object.keys(models) as (keyof typeof models)[])("sinq-no-overhead on %s", (name) => {
  it("leaves every loss as it is before rounding, and evens out what is rounded", async () => {
    const before: number[] = [];
    const after: number[] = [];
    const config = { bits: 8, groupSize: 64, tiling: "1d", aux: "f16" } as const;
    const ids = Int32Array.from({ length: 2 * LENGTH }, (_, i) => (i * 37) % 100);
    const [plain, moved] = await evaluate({
      modelDir: await unevenModel(name),
      variants: [
        { id: "plain", quantizer: unrounded(null, before), config },
        { id: "moved", quantizer: unrounded(quantizerById("sinq-no-overhead"), after), config },
      ],
      sets: [{ name: "tokens", length: LENGTH, count: 2, ids }],
      kernels: loadKernels({ threads: 1 }),
      threads: 1,
    });
    const differences = plain.nll[0].map((loss, i) => Math.abs(loss - moved.nll[0][i]));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(after).toHaveLength(before.length);
    expect(median(after)).toBeLessThan(median(before) / 20);
  });
});
