import type { ConfigReader } from "./config-reader.ts";
import { readDecoderConfig } from "./decoder-config.ts";
import { messages } from "./messages.ts";
import type { Architecture, ModelConfig } from "./types.ts";

/** Phi-3 and Phi-4-mini: Llama's layout with q, k, v in one matrix, gate and up in one, and often a sliding window. */
export const phi3: Architecture = {
  modelType: "phi3",
  source: "transformers, models/phi3/modeling_phi3.py",
  readConfig(config) {
    const shared = readDecoderConfig(config, {
      modelType: "phi3",
      queryKeyNorm: false,
      fusedProjections: true,
      normEpsilon: 1e-5,
      // "su" and "yarn" are what its first checkpoints called the same rule.
      longrope: ["longrope", "su", "yarn"],
    });
    const rotaryDim = readRotaryDim(config, shared);
    const { rope } = shared;
    if (rope.type === "longrope") {
      for (const [field, { length }] of [
        ["short_factor", rope.shortFactors],
        ["long_factor", rope.longFactors],
      ] as const) {
        if (length !== rotaryDim / 2) throw messages.badField(config.path, field, length, `${rotaryDim / 2} numbers`);
      }
    }
    const slidingWindow = config.raw("sliding_window") == null ? null : config.positiveInteger("sliding_window");
    return { ...shared, rotaryDim, slidingWindow };
  },
};

function readRotaryDim(config: ConfigReader, { headDim }: ModelConfig): number {
  const field = "partial_rotary_factor";
  const inner = config.object("rope_parameters")?.positiveNumber(field, 1) ?? 1;
  const rotaryDim = Math.floor(headDim * config.positiveNumber(field, inner));
  if (rotaryDim > 0 && rotaryDim <= headDim && rotaryDim % 2 === 0) return rotaryDim;
  throw messages.badField(config.path, field, rotaryDim / headDim, "a share of the head that gives an even width");
}
