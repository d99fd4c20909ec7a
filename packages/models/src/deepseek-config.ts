import type { ConfigReader } from "./config-reader.ts";
import { readDecoderConfig } from "./decoder-config.ts";
import { checkedExperts } from "./experts-config.ts";
import { messages } from "./messages.ts";
import type { ExpertsConfig, ModelConfig, RoutingConfig } from "./types.ts";

/** What DeepSeek's V2 and V3 share: latent attention, dense blocks first, then shared and routed experts. */
export function readDeepseekConfig(
  config: ConfigReader,
  modelType: string,
  routing: (config: ConfigReader) => RoutingConfig,
): ModelConfig {
  config.require("mlp_bias", [false], false);
  const rotaryDim = config.positiveInteger("qk_rope_head_dim", 64);
  if (rotaryDim % 2 !== 0) throw messages.badField(config.path, "qk_rope_head_dim", rotaryDim, "an even number");
  const shared = readDecoderConfig(config, { modelType, queryKeyNorm: false, defaultHeadDim: rotaryDim });
  const plainDim = config.positiveInteger("qk_nope_head_dim", 128);
  const headDim = plainDim + rotaryDim;
  const scoreFactor = shared.rope.type === "yarn" ? shared.rope.scoreFactor : 1;
  return {
    ...shared,
    // Every head has keys and values of its own, whatever the config says.
    keyValueHeads: shared.heads,
    headDim,
    rotaryDim,
    valueDim: config.positiveInteger("v_head_dim", 128),
    attentionScale: scoreFactor / Math.sqrt(headDim),
    latent: {
      // null in the Lite model: its queries come from the hidden state.
      queryRank: config.raw("q_lora_rank") === null ? null : config.positiveInteger("q_lora_rank", 1536),
      keyValueRank: config.positiveInteger("kv_lora_rank", 512),
      plainDim,
    },
    experts: config.raw("n_routed_experts") === null ? null : readExperts(config, shared.layers, routing(config)),
  };
}

function readExperts(config: ConfigReader, layers: number, routing: RoutingConfig): ExpertsConfig {
  const firstBlocks = config.count("first_k_dense_replace", 0);
  const step = config.positiveInteger("moe_layer_freq", 1);
  const intermediateSize = config.positiveInteger("moe_intermediate_size");
  return checkedExperts(config, {
    count: config.positiveInteger("n_routed_experts"),
    intermediateSize,
    sharedSize: config.count("n_shared_experts", 0) * intermediateSize,
    blocks: Array.from({ length: layers }, (_, index) => index >= firstBlocks && index % step === 0),
    routing,
  });
}
