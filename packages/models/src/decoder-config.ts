import type { ConfigReader } from "./config-reader.ts";
import { messages } from "./messages.ts";
import { readRope } from "./rope.ts";
import { readScaledBlock } from "./scaled-block.ts";
import type { ModelConfig } from "./types.ts";

type Own = Pick<ModelConfig, "modelType" | "queryKeyNorm"> & {
  readonly defaultHeadDim?: number;
  readonly defaultTied?: boolean;
  readonly fusedProjections?: boolean;
  readonly normEpsilon?: number;
  readonly longrope?: readonly string[];
};

/** Reads what Llama-like decoders share; the architecture's file adds what is its own. */
export function readDecoderConfig(config: ConfigReader, own: Own): ModelConfig {
  config.require("hidden_act", ["silu"], "silu");
  const hiddenSize = config.positiveInteger("hidden_size");
  const heads = config.positiveInteger("num_attention_heads");
  const keyValueHeads = config.positiveInteger("num_key_value_heads", heads);
  const headDim = config.positiveInteger("head_dim", own.defaultHeadDim ?? hiddenSize / heads);
  if (heads % keyValueHeads !== 0) {
    throw messages.badField(config.path, "num_key_value_heads", keyValueHeads, `a divisor of ${heads} attention heads`);
  }
  if (headDim % 2 !== 0) throw messages.badField(config.path, "head_dim", headDim, "an even number");
  return {
    modelType: own.modelType,
    hiddenSize,
    layers: config.positiveInteger("num_hidden_layers"),
    heads,
    keyValueHeads,
    headDim,
    valueDim: headDim,
    rotaryDim: headDim,
    attentionScale: 1 / Math.sqrt(headDim),
    intermediateSize: config.positiveInteger("intermediate_size"),
    vocabSize: config.positiveInteger("vocab_size"),
    maxPositions: config.positiveInteger("max_position_embeddings"),
    slidingWindow: null,
    normEpsilon: config.positiveNumber("rms_norm_eps", own.normEpsilon ?? 1e-6),
    rope: readRope(config, own.longrope),
    tiedEmbeddings: config.boolean("tie_word_embeddings", own.defaultTied ?? false),
    queryKeyNorm: own.queryKeyNorm,
    attentionBias: config.boolean("attention_bias", false),
    mlpBias: config.boolean("mlp_bias", false),
    fusedProjections: own.fusedProjections ?? false,
    latent: null,
    experts: null,
    scaledBlock: readScaledBlock(config),
    initializerRange: config.positiveNumber("initializer_range", 0.02),
  };
}
