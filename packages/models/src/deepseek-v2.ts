import type { ConfigReader } from "./config-reader.ts";
import { readDeepseekConfig } from "./deepseek-config.ts";
import type { Architecture, RoutingConfig } from "./types.ts";

/** DeepSeek-V2-Lite, V2 and V2.5: softmax scores, the best experts of all or of the best groups. */
export const deepseekV2: Architecture = {
  modelType: "deepseek_v2",
  source: "transformers, models/deepseek_v2/modeling_deepseek_v2.py",
  readConfig: (config) => readDeepseekConfig(config, "deepseek_v2", readRouting),
};

function readRouting(config: ConfigReader): RoutingConfig {
  config.require("topk_method", ["greedy", "group_limited_greedy"], "greedy");
  config.require("scoring_func", ["softmax"], "softmax");
  const limited = config.raw("topk_method") === "group_limited_greedy";
  const normalize = config.boolean("norm_topk_prob", false);
  return {
    perToken: config.positiveInteger("num_experts_per_tok"),
    scores: "softmax",
    correction: false,
    groups: limited
      ? { count: config.positiveInteger("n_group"), chosen: config.positiveInteger("topk_group"), best: 1 }
      : null,
    normalize,
    // The authors' code (modeling_deepseek.py) scales only weights that it does not normalize; no published model does that.
    scale: normalize ? 1 : config.positiveNumber("routed_scaling_factor", 1),
  };
}
