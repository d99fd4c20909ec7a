import { type ModelConfig, parseModelConfig } from "@sinqbench/models";

interface PaperModel {
  /** Fields of its config.json that shapes follow from. */
  readonly shape: Readonly<Record<string, unknown>>;
  /** The published files hold the head although it is tied to the embedding. */
  readonly storesTiedHead?: true;
}

const QWEN3 = {
  model_type: "qwen3",
  hidden_act: "silu",
  head_dim: 128,
  num_key_value_heads: 8,
  vocab_size: 151_936,
  max_position_embeddings: 40_960,
  rms_norm_eps: 1e-6,
  rope_theta: 1e6,
};

const QWEN3_MOE = {
  ...QWEN3,
  model_type: "qwen3_moe",
  num_key_value_heads: 4,
  decoder_sparse_step: 1,
  mlp_only_layers: [],
  norm_topk_prob: true,
  num_experts: 128,
  num_experts_per_tok: 8,
  tie_word_embeddings: false,
};

const DEEPSEEK_V2 = {
  model_type: "deepseek_v2",
  hidden_act: "silu",
  first_k_dense_replace: 1,
  kv_lora_rank: 512,
  max_position_embeddings: 163_840,
  n_shared_experts: 2,
  norm_topk_prob: false,
  num_experts_per_tok: 6,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  rms_norm_eps: 1e-6,
  rope_theta: 10_000,
  scoring_func: "softmax",
  tie_word_embeddings: false,
  vocab_size: 102_400,
};

const LLAMA = { model_type: "llama", hidden_act: "silu", rms_norm_eps: 1e-5, tie_word_embeddings: false };
const PHI = { ...LLAMA, model_type: "phi3" };

const dense = (hidden: number, inner: number, layers: number, heads: number, more: object = {}) => ({
  hidden_size: hidden,
  intermediate_size: inner,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  ...more,
});
const experts = (inner: number, more: object = {}) => ({ moe_intermediate_size: inner, ...more });
const keys = (heads: number) => ({ num_key_value_heads: heads });
const vocabulary = (size: number, positions: number) => ({ vocab_size: size, max_position_embeddings: positions });
const tied = (tie: boolean) => ({ tie_word_embeddings: tie });

/** config.json of the models that the paper's tables evaluate, by hub id, as far as shapes follow from it: their cost is known without a download. */
const PAPER_MODELS: Readonly<Record<string, PaperModel>> = {
  "Qwen/Qwen3-1.7B": { shape: { ...QWEN3, ...dense(2048, 6144, 28, 16, tied(true)) }, storesTiedHead: true },
  "Qwen/Qwen3-4B": { shape: { ...QWEN3, ...dense(2560, 9728, 36, 32, tied(true)) } },
  "Qwen/Qwen3-8B": { shape: { ...QWEN3, ...dense(4096, 12_288, 36, 32, tied(false)) } },
  "Qwen/Qwen3-14B": { shape: { ...QWEN3, ...dense(5120, 17_408, 40, 40, tied(false)) } },
  "Qwen/Qwen3-32B": { shape: { ...QWEN3, ...dense(5120, 25_600, 64, 64, tied(false)) } },
  "Qwen/Qwen3-30B-A3B": { shape: { ...QWEN3_MOE, ...dense(2048, 6144, 48, 32), ...experts(768) } },
  "Qwen/Qwen3-235B-A22B": { shape: { ...QWEN3_MOE, ...dense(4096, 12_288, 94, 64), ...experts(1536) } },
  "deepseek-ai/DeepSeek-V2-Lite": {
    shape: {
      ...DEEPSEEK_V2,
      ...dense(2048, 10_944, 27, 16, keys(16)),
      ...experts(1408, { n_routed_experts: 64, topk_method: "greedy", n_group: 1, topk_group: 1 }),
      q_lora_rank: null,
      routed_scaling_factor: 1,
    },
  },
  "deepseek-ai/DeepSeek-V2.5": {
    shape: {
      ...DEEPSEEK_V2,
      ...dense(5120, 12_288, 60, 128, keys(128)),
      ...experts(1536, { n_routed_experts: 160, topk_method: "group_limited_greedy", n_group: 8, topk_group: 3 }),
      q_lora_rank: 1536,
      routed_scaling_factor: 16,
    },
  },
  "meta-llama/Llama-2-7b-hf": {
    shape: { ...LLAMA, ...dense(4096, 11_008, 32, 32, keys(32)), ...vocabulary(32_000, 4096) },
  },
  "meta-llama/Meta-Llama-3-8B": {
    shape: { ...LLAMA, ...dense(4096, 14_336, 32, 32, keys(8)), ...vocabulary(128_256, 8192), rope_theta: 5e5 },
  },
  "meta-llama/Meta-Llama-3-70B": {
    shape: { ...LLAMA, ...dense(8192, 28_672, 80, 64, keys(8)), ...vocabulary(128_256, 8192), rope_theta: 5e5 },
  },
  "microsoft/Phi-3-mini-4k-instruct": {
    shape: { ...PHI, ...dense(3072, 8192, 32, 32, keys(32)), ...vocabulary(32_064, 4096), sliding_window: 2047 },
  },
  "microsoft/phi-4": {
    shape: { ...PHI, ...dense(5120, 17_920, 40, 40, keys(10)), ...vocabulary(100_352, 16_384), rope_theta: 250_000 },
  },
};

/** The shape of a paper's model, or undefined for a hub id that is not in the list. */
export function paperModel(id: string): { config: ModelConfig; storesTiedHead: boolean } | undefined {
  const model = Object.hasOwn(PAPER_MODELS, id) ? PAPER_MODELS[id] : undefined;
  if (!model) return undefined;
  const config = parseModelConfig(id, JSON.stringify(model.shape));
  return { config, storesTiedHead: model.storesTiedHead ?? false };
}

export function paperModelIds(): string[] {
  return Object.keys(PAPER_MODELS);
}
