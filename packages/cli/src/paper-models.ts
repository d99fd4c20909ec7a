import { type ModelConfig, parseModelConfig } from "@sinqbench/models";

interface PaperModel {
  /** Fields of its config.json that shapes follow from. */
  readonly shape: Readonly<Record<string, unknown>>;
  /** The published files hold the head although it is tied to the embedding. */
  readonly storesTiedHead: boolean;
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

/** Shapes of the models that the paper's tables evaluate, by hub id, so that their cost is known without a download. */
const PAPER_MODELS: Readonly<Record<string, PaperModel>> = {
  "Qwen/Qwen3-1.7B": {
    shape: {
      ...QWEN3,
      hidden_size: 2048,
      intermediate_size: 6144,
      num_hidden_layers: 28,
      num_attention_heads: 16,
      tie_word_embeddings: true,
    },
    storesTiedHead: true,
  },
  "Qwen/Qwen3-14B": {
    shape: {
      ...QWEN3,
      hidden_size: 5120,
      intermediate_size: 17_408,
      num_hidden_layers: 40,
      num_attention_heads: 40,
      tie_word_embeddings: false,
    },
    storesTiedHead: false,
  },
  "Qwen/Qwen3-32B": {
    shape: {
      ...QWEN3,
      hidden_size: 5120,
      intermediate_size: 25_600,
      num_hidden_layers: 64,
      num_attention_heads: 64,
      tie_word_embeddings: false,
    },
    storesTiedHead: false,
  },
};

/** The shape of a paper's model, or undefined for a hub id that is not in the list. */
export function paperModel(id: string): { config: ModelConfig; storesTiedHead: boolean } | undefined {
  const model = Object.hasOwn(PAPER_MODELS, id) ? PAPER_MODELS[id] : undefined;
  if (!model) return undefined;
  return { config: parseModelConfig(id, JSON.stringify(model.shape)), storesTiedHead: model.storesTiedHead };
}

export function paperModelIds(): string[] {
  return Object.keys(PAPER_MODELS);
}
