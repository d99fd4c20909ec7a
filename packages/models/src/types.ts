import type { RopeConfig } from "./rope.ts";

/** The numbers of a decoder-only transformer that its graphs and tensor shapes follow from. */
export interface ModelConfig {
  /** `model_type` of config.json. */
  readonly modelType: string;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  /** Width of the gated MLP. */
  readonly intermediateSize: number;
  readonly vocabSize: number;
  /** Longest window the positions were made for. */
  readonly maxPositions: number;
  readonly normEpsilon: number;
  readonly rope: RopeConfig;
  /** The head shares the embedding matrix. */
  readonly tiedEmbeddings: boolean;
  /** Queries and keys are RMS-normalized per head (Qwen3). */
  readonly queryKeyNorm: boolean;
  /** q, k, v and o projections add a bias. */
  readonly attentionBias: boolean;
  /** Gate, up and down projections add a bias. */
  readonly mlpBias: boolean;
  readonly initializerRange: number;
}

/** "linear" is what a quantizer gets; the paper leaves all else in 16 bits. */
export type TensorKind = "embedding" | "linear" | "bias" | "norm" | "head";

/** One tensor of a checkpoint, by its Hugging Face name. */
export interface ModelTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: TensorKind;
}

/** One tensor of a block, by its name as a graph input and in the checkpoint. */
export interface BlockTensor extends ModelTensor {
  /** Name without the block's prefix, for example "self_attn.q_proj.weight": the graph input it feeds. */
  readonly input: string;
}

/** What one architecture is: how its config reads, which tensors it has, and the graph of one block. */
export interface Architecture {
  readonly modelType: string;
  /** Where the arithmetic comes from. */
  readonly source: string;
  readConfig(config: import("./config-reader.ts").ConfigReader): ModelConfig;
}
