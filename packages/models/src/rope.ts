import type { ConfigReader } from "./config-reader.ts";
import { messages } from "./messages.ts";

/** Rotary position embedding: base and the rule that stretches its frequencies. */
export type RopeConfig =
  | { readonly type: "default"; readonly theta: number }
  | { readonly type: "linear"; readonly theta: number; readonly factor: number }
  | {
      readonly type: "llama3";
      readonly theta: number;
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    }
  | {
      readonly type: "yarn";
      readonly theta: number;
      readonly factor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly originalPositions: number;
      /** The bounds of the ramp between kept and divided frequencies are rounded outwards. */
      readonly truncate: boolean;
      /** Cosines and sines are multiplied by this. */
      readonly amplitude: number;
      /** Scores are multiplied by this beside, where the architecture says so (DeepSeek). */
      readonly scoreFactor: number;
    }
  | {
      readonly type: "longrope";
      readonly theta: number;
      /** One divisor per frequency: for windows of up to `originalPositions` tokens, and for longer ones. */
      readonly shortFactors: readonly number[];
      readonly longFactors: readonly number[];
      readonly originalPositions: number;
      readonly amplitude: number;
    };

/**
 * Reads both spellings of rope parameters: `rope_theta` with an optional `rope_scaling` (most checkpoints of the hub),
 * and `rope_parameters` (transformers 5), which holds both.
 *
 * @param longrope types that mean "longrope" in this architecture
 */
export function readRope(config: ConfigReader, longrope: readonly string[] = ["longrope"]): RopeConfig {
  const scaling = config.object("rope_parameters") ?? config.object("rope_scaling");
  const thetaHolder = scaling?.raw("rope_theta") === undefined ? config : scaling;
  const theta = thetaHolder.positiveNumber("rope_theta", 10_000);
  const type = scaling ? (scaling.raw("rope_type") ?? scaling.raw("type") ?? "default") : "default";
  if (scaling === null || type === "default") return { type: "default", theta };
  if (type === "linear") return { type, theta, factor: scaling.positiveNumber("factor") };
  if (type === "llama3") {
    return {
      type,
      theta,
      factor: scaling.positiveNumber("factor"),
      lowFrequencyFactor: scaling.positiveNumber("low_freq_factor"),
      highFrequencyFactor: scaling.positiveNumber("high_freq_factor"),
      originalPositions: scaling.positiveInteger("original_max_position_embeddings"),
    };
  }
  if (longrope.includes(type as string)) return readLongrope(config, scaling, theta);
  if (type === "yarn") return readYarn(config, scaling, theta);
  throw messages.unsupportedSetting(
    config.path,
    "rope type",
    type,
    "only default, linear, llama3, yarn or, for phi3, longrope",
  );
}

function readYarn(config: ConfigReader, scaling: ConfigReader, theta: number): RopeConfig {
  const maxPositions = config.positiveInteger("max_position_embeddings");
  const originalPositions = scaling.positiveInteger("original_max_position_embeddings", maxPositions);
  const factor = scaling.positiveNumber("factor", maxPositions / originalPositions);
  // 0 and absent both mean that the model has no such setting.
  const setting = (field: string) => (scaling.raw(field) ? scaling.positiveNumber(field) : 0);
  const [mscale, mscaleAll] = [setting("mscale"), setting("mscale_all_dim")];
  const grown = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const amplitude = mscale && mscaleAll ? grown(mscale) / grown(mscaleAll) : grown(1);
  return {
    type: "yarn",
    theta,
    factor,
    betaFast: setting("beta_fast") || 32,
    betaSlow: setting("beta_slow") || 1,
    originalPositions,
    truncate: scaling.boolean("truncate", true),
    amplitude: scaling.positiveNumber("attention_factor", amplitude),
    scoreFactor: mscaleAll ? grown(mscaleAll) ** 2 : 1,
  };
}

function readLongrope(config: ConfigReader, scaling: ConfigReader, theta: number): RopeConfig {
  const maxPositions = config.positiveInteger("max_position_embeddings");
  const field = "original_max_position_embeddings";
  const inner = scaling.positiveInteger(field, maxPositions);
  const originalPositions = config.positiveInteger(field, inner);
  const factor = scaling.positiveNumber("factor", maxPositions / originalPositions);
  const amplitude = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalPositions));
  return {
    type: "longrope",
    theta,
    shortFactors: scaling.numbers("short_factor"),
    longFactors: scaling.numbers("long_factor"),
    originalPositions,
    amplitude: scaling.positiveNumber("attention_factor", amplitude),
  };
}
