import { readDecoderConfig } from "./decoder-config.ts";
import type { Architecture } from "./types.ts";

/** Qwen3 dense: Llama's layout with RMS-normalized queries and keys and a head width of its own. */
export const qwen3: Architecture = {
  modelType: "qwen3",
  source: "transformers, models/qwen3/modeling_qwen3.py",
  readConfig(config) {
    config.require("use_sliding_window", [false], false);
    return readDecoderConfig(config, { modelType: "qwen3", queryKeyNorm: true, defaultHeadDim: 128 });
  },
};
