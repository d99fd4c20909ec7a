import type { Aux } from "./types.ts";

const f = Math.fround;
const BLOCK = 256;
const EXPONENTS = 7;
const MAX_FLOAT32 = 3.4028234663852886e38;

/**
 * The 256 ascending levels of bitsandbytes' signed dynamic 8-bit type (`create_dynamic_map`): 0, 1, and for every decade from 1e-6
 * to 1 twice as many as for the one below, halfway between equal steps from 0.1 to 1 of it, with both signs.
 */
export function dynamicLevels(): Float32Array {
  const levels = [0, 1];
  for (let i = 0; i < EXPONENTS; i++) {
    const count = 2 ** i;
    const decade = 10 ** (i + 1 - EXPONENTS);
    const boundary = (k: number) => f(0.1 + (0.9 * k) / count);
    for (let k = 0; k < count; k++) {
      const level = f(f(f(boundary(k) + boundary(k + 1)) / 2) * f(decade));
      levels.push(level, -level);
    }
  }
  return Float32Array.from(levels).sort();
}

/**
 * Values as bitsandbytes stores the scales of its double quantization: less their mean, in blocks of 256 by the largest magnitude,
 * each as the nearest dynamic level, the lower one of equals. All in float32.
 */
export function encodeDynamic8(values: Float32Array, shape: readonly number[]): Aux & { readonly dtype: "dynamic8" } {
  const levels = dynamicLevels();
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const offset = Float32Array.of(sum / values.length);
  const blockMax = new Float32Array(Math.ceil(values.length / BLOCK));
  const rest = values.map((value) => value - offset[0]);
  for (let i = 0; i < rest.length; i++) {
    const block = Math.floor(i / BLOCK);
    blockMax[block] = Math.max(blockMax[block], Math.abs(rest[i]));
  }
  const data = new Uint8Array(values.length);
  for (let i = 0; i < rest.length; i++) {
    const inverse = Math.min(f(1 / blockMax[Math.floor(i / BLOCK)]), MAX_FLOAT32);
    data[i] = nearest(levels, f(rest[i] * inverse));
  }
  return { dtype: "dynamic8", shape, data, levels, blockMax, offset };
}

/** float32 values: level * blockMax + offset, each operation rounded to float32. */
export function decodeDynamic8({ data, levels, blockMax, offset }: Aux & { readonly dtype: "dynamic8" }): Float32Array {
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = f(levels[data[i]] * blockMax[Math.floor(i / BLOCK)]) + offset[0];
  return values;
}

/** Index of the level nearest to x by float32 distances. */
function nearest(levels: Float32Array, x: number): number {
  let low = 0;
  let high = levels.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= x) low = middle;
    else high = middle;
  }
  return f(Math.abs(x - levels[high])) < f(Math.abs(x - levels[low])) ? high : low;
}
