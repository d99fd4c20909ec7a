import type { RopeConfig } from "./rope.ts";

/**
 * Cosines and sines of a window of `length` tokens, float32 [length, rotaryDim / 2] each. Frequencies and angles are
 * rounded to float32 where transformers rounds them (modeling_rope_utils.py), since at position 2047 the rounding of an
 * angle is already 1e-4.
 */
export function ropeTables(rope: RopeConfig, rotaryDim: number, length: number) {
  const half = rotaryDim / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  const amplitude = "amplitude" in rope ? rope.amplitude : 1;
  frequencies(rope, rotaryDim, length).forEach((frequency, i) => {
    for (let position = 0; position < length; position++) {
      const angle = Math.fround(position * frequency);
      cos[position * half + i] = amplitude * Math.cos(angle);
      sin[position * half + i] = amplitude * Math.sin(angle);
    }
  });
  return { cos, sin };
}

/** Radians per token, float32 [rotaryDim / 2]. */
function frequencies(rope: RopeConfig, rotaryDim: number, length: number): Float32Array {
  const periods = Float32Array.from(
    { length: rotaryDim / 2 },
    (_, i) => rope.theta ** Math.fround((2 * i) / rotaryDim),
  );
  if (rope.type === "yarn") return yarnFrequencies(rope, rotaryDim, periods);
  if (rope.type === "longrope") {
    const factors = length > rope.originalPositions ? rope.longFactors : rope.shortFactors;
    return periods.map((period, i) => 1 / Math.fround(Math.fround(factors[i]!) * period));
  }
  const plain = periods.map((period) => 1 / period);
  if (rope.type === "linear") return plain.map((frequency) => frequency / rope.factor);
  return rope.type === "llama3" ? plain.map((frequency) => llama3Frequency(rope, frequency)) : plain;
}

/** Long wavelengths divided by the factor, short ones kept, a linear blend between. */
function llama3Frequency(rope: Extract<RopeConfig, { type: "llama3" }>, frequency: number): number {
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < rope.originalPositions / rope.highFrequencyFactor) return frequency;
  if (wavelength > rope.originalPositions / rope.lowFrequencyFactor) return frequency / rope.factor;
  const blend =
    (rope.originalPositions / wavelength - rope.lowFrequencyFactor) /
    (rope.highFrequencyFactor - rope.lowFrequencyFactor);
  return ((1 - blend) * frequency) / rope.factor + blend * frequency;
}

/**
 * YaRN: frequencies that turn more than `betaFast` times in the original window are kept, those that turn less than `betaSlow`
 * times divided by the factor, a ramp over their indices between.
 */
function yarnFrequencies(
  rope: Extract<RopeConfig, { type: "yarn" }>,
  rotaryDim: number,
  periods: Float32Array,
): Float32Array {
  const { theta, factor, originalPositions, truncate } = rope;
  const turning = (turns: number) =>
    (rotaryDim * Math.log(originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [first, last] = [turning(rope.betaFast), turning(rope.betaSlow)];
  const low = Math.max(truncate ? Math.floor(first) : first, 0);
  const high = Math.min(truncate ? Math.ceil(last) : last, rotaryDim - 1);
  const width = high === low ? 0.001 : high - low;
  return periods.map((period, i) => {
    const divided = Math.fround(Math.min(Math.max((i - low) / width, 0), 1));
    const kept = Math.fround(1 - divided);
    const slow = 1 / Math.fround(factor * period);
    return Math.fround(Math.fround(slow) * Math.fround(1 - kept)) + Math.fround(Math.fround(1 / period) * kept);
  });
}
