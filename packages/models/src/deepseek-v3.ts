import type { ConfigReader } from "./config-reader.ts";
import { readDeepseekConfig } from "./deepseek-config.ts";
import type { Architecture, RoutingConfig } from "./types.ts";

/** DeepSeek-V3 and R1: sigmoid scores, corrected where experts are chosen, and weights of 8 bits. */
export const deepseekV3: Architecture = {
  modelType: "deepseek_v3",
  source: "transformers, models/deepseek_v3/modeling_deepseek_v3.py",
  readConfig: (config) => readDeepseekConfig(config, "deepseek_v3", readRouting),
};

function readRouting(config: ConfigReader): RoutingConfig {
  config.require("topk_method", ["noaux_tc"], "noaux_tc");
  config.require("scoring_func", ["sigmoid"], "sigmoid");
  config.require("rope_interleave", [true], true);
  return {
    perToken: config.positiveInteger("num_experts_per_tok", 8),
    scores: "sigmoid",
    correction: true,
    groups: { count: config.positiveInteger("n_group", 8), chosen: config.positiveInteger("topk_group", 4), best: 2 },
    normalize: config.boolean("norm_topk_prob", true),
    scale: config.positiveNumber("routed_scaling_factor", 2.5),
  };
}
