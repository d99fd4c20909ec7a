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
    };

/**
 * Reads both spellings of rope parameters: `rope_theta` with an optional `rope_scaling` (most checkpoints of the hub),
 * and `rope_parameters` (transformers 5), which holds both.
 */
export function readRope(config: ConfigReader): RopeConfig {
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
  throw messages.unsupportedSetting(config.path, "rope type", type, "only default, linear or llama3");
}

/**
 * Cosines and sines of the first `length` positions, float32 [length, headDim / 2] each. Frequencies and angles are
 * rounded to float32 where transformers rounds them (modeling_rope_utils.py), since at position 2047 the rounding of an
 * angle is already 1e-4.
 */
export function ropeTables(rope: RopeConfig, headDim: number, length: number) {
  const half = headDim / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let i = 0; i < half; i++) {
    const frequency = stretch(rope, Math.fround(1 / Math.fround(rope.theta ** Math.fround((2 * i) / headDim))));
    for (let position = 0; position < length; position++) {
      const angle = Math.fround(position * frequency);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

function stretch(rope: RopeConfig, frequency: number): number {
  if (rope.type === "default") return frequency;
  if (rope.type === "linear") return Math.fround(frequency / rope.factor);
  // Llama 3.1: long wavelengths divided by the factor, short ones kept, a linear blend between.
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < rope.originalPositions / rope.highFrequencyFactor) return frequency;
  if (wavelength > rope.originalPositions / rope.lowFrequencyFactor) return Math.fround(frequency / rope.factor);
  const blend =
    (rope.originalPositions / wavelength - rope.lowFrequencyFactor) /
    (rope.highFrequencyFactor - rope.lowFrequencyFactor);
  return Math.fround(((1 - blend) * frequency) / rope.factor + blend * frequency);
}
