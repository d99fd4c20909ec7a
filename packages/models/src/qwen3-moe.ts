import type { ConfigReader } from "./config-reader.ts";
import { readDecoderConfig } from "./decoder-config.ts";
import { checkedExperts } from "./experts-config.ts";
import type { Architecture, ExpertsConfig } from "./types.ts";

/** Qwen3 with experts: Qwen3's attention, and a router in place of the MLP in most or all blocks. */
export const qwen3Moe: Architecture = {
  modelType: "qwen3_moe",
  source: "transformers, models/qwen3_moe/modeling_qwen3_moe.py",
  readConfig(config) {
    config.require("use_sliding_window", [false], false);
    const dense = readDecoderConfig(config, { modelType: "qwen3_moe", queryKeyNorm: true });
    return { ...dense, experts: readExperts(config, dense.layers) };
  },
};

function readExperts(config: ConfigReader, layers: number): ExpertsConfig {
  const step = config.positiveInteger("decoder_sparse_step", 1);
  const denseBlocks = config.counts("mlp_only_layers");
  return checkedExperts(config, {
    // The hub's spelling, and that of transformers 5.
    count: config.positiveInteger(config.raw("num_experts") === undefined ? "num_local_experts" : "num_experts"),
    intermediateSize: config.positiveInteger("moe_intermediate_size"),
    sharedSize: 0,
    blocks: Array.from({ length: layers }, (_, index) => (index + 1) % step === 0 && !denseBlocks.includes(index)),
    routing: {
      perToken: config.positiveInteger("num_experts_per_tok"),
      scores: "softmax",
      correction: false,
      groups: null,
      normalize: config.boolean("norm_topk_prob", false),
      scale: 1,
    },
  });
}
