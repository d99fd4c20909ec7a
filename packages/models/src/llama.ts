import { readDecoderConfig } from "./decoder-config.ts";
import type { Architecture } from "./types.ts";

/** Llama 1-3 and the many models that share its layout. */
export const llama: Architecture = {
  modelType: "llama",
  source: "transformers, models/llama/modeling_llama.py",
  readConfig: (config) => readDecoderConfig(config, { modelType: "llama", queryKeyNorm: false }),
};
