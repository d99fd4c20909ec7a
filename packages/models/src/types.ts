import type { RopeConfig } from "./rope.ts";

/** The numbers of a decoder-only transformer that its graphs and tensor shapes follow from. */
export interface ModelConfig {
  /** `model_type` of config.json. */
  readonly modelType: string;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  /** Width of a head's queries and keys. */
  readonly headDim: number;
  /** Width of a head's values; that of its keys except with latent attention. */
  readonly valueDim: number;
  /** The part of a head's queries and keys that rotates: the first of them, or the last with latent attention. */
  readonly rotaryDim: number;
  /** What scores are multiplied by before softmax. */
  readonly attentionScale: number;
  /** Width of the gated MLP of blocks without experts. */
  readonly intermediateSize: number;
  readonly vocabSize: number;
  /** Longest window the positions were made for. */
  readonly maxPositions: number;
  /** A token attends to so many tokens, itself included; null: to all before it. */
  readonly slidingWindow: number | null;
  readonly normEpsilon: number;
  readonly rope: RopeConfig;
  /** The head shares the embedding matrix. */
  readonly tiedEmbeddings: boolean;
  /** Queries and keys are RMS-normalized per head (Qwen3). */
  readonly queryKeyNorm: boolean;
  /** q, k, v and o projections add a bias; with latent attention q_a, kv_a and o do. */
  readonly attentionBias: boolean;
  /** Gate, up and down projections add a bias. */
  readonly mlpBias: boolean;
  /** q, k and v are one matrix, and so are gate and up (Phi-3). */
  readonly fusedProjections: boolean;
  /** Multi-head latent attention (DeepSeek); null where keys and values are projected from the hidden state. */
  readonly latent: LatentAttention | null;
  /** Mixture of experts; null where every block has one MLP. */
  readonly experts: ExpertsConfig | null;
  /** Linear weights of dtype F8_E4M3 carry one scale for each block of so many rows and columns. */
  readonly scaledBlock: readonly [rows: number, cols: number] | null;
  readonly initializerRange: number;
}

/** Keys and values come from one narrow vector per token, and queries may. */
export interface LatentAttention {
  /** Width of the vector that queries come from; null: from the hidden state. */
  readonly queryRank: number | null;
  readonly keyValueRank: number;
  /** Width of a head's keys that does not rotate; the rest is one rotated key that all heads share. */
  readonly plainDim: number;
}

/** Which blocks have experts, and how a token finds its own. */
export interface ExpertsConfig {
  readonly count: number;
  /** Width of an expert's gated MLP. */
  readonly intermediateSize: number;
  /** Width of the MLP that every token takes beside its experts; 0 for none. */
  readonly sharedSize: number;
  /** By block: whether it has experts. */
  readonly blocks: readonly boolean[];
  readonly routing: RoutingConfig;
}

/** From the router's logits to experts and their weights. */
export interface RoutingConfig {
  /** Experts of a token. */
  readonly perToken: number;
  readonly scores: "softmax" | "sigmoid";
  /** A value per expert is added to its score where experts are chosen, and only there. */
  readonly correction: boolean;
  /** Only experts of the best `chosen` of `count` groups come into question; a group is as good as its best expert or two. */
  readonly groups: { readonly count: number; readonly chosen: number; readonly best: 1 | 2 } | null;
  /** A token's weights are divided by their sum. */
  readonly normalize: boolean;
  /** What weights are multiplied by in the end. */
  readonly scale: number;
}

/** "linear" is what a quantizer gets; the paper leaves all else in 16 bits. */
export type TensorKind = "embedding" | "linear" | "bias" | "norm" | "router" | "head";

/** One tensor of a checkpoint, by its Hugging Face name. */
export interface ModelTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: TensorKind;
}

/** One tensor of a block, by its name as a graph input and in the checkpoint. */
export interface BlockTensor extends ModelTensor {
  /**
   * Name without the block's prefix, for example "self_attn.q_proj.weight", or without the expert's, "gate_proj.weight": the
   * graph input it feeds.
   */
  readonly input: string;
  /** Index of the routed expert it belongs to; absent for the rest of the block. */
  readonly expert?: number;
}

/** What one architecture is: how its config reads. Tensors and graphs follow from what it reads. */
export interface Architecture {
  readonly modelType: string;
  /** Where the arithmetic comes from. */
  readonly source: string;
  /** Reads and checks a config of this architecture; throws BenchError naming file and field. */
  readConfig(config: import("./config-reader.ts").ConfigReader): ModelConfig;
}
