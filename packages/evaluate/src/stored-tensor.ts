import type { ModelTensor } from "@sinqbench/models";
import { bfloat16ToFloat32, float16ToFloat32, type TensorSource } from "@sinqbench/tensor";
import { nonFiniteWeight, readWeights, type Weights } from "./read-weights.ts";

/**
 * A tensor in memory as it is stored, for as long as several variants need its float32 values: 16-bit weights take half of
 * what they take as float32.
 */
export interface StoredTensor {
  /** Number of values. */
  readonly length: number;
  /** Writes the values. */
  into(out: Weights): void;
}

const CONVERTERS = {
  BF16: { convert: bfloat16ToFloat32, exponent: 0x7f80 },
  F16: { convert: float16ToFloat32, exponent: 0x7c00 },
} as const;

/** Reads a tensor, and refuses NaN and infinity by name and position. Tensors of other types than 16 bits are kept as float32. */
export async function readStored(checkpoint: TensorSource, tensor: ModelTensor): Promise<StoredTensor> {
  const { dtype } = checkpoint.info(tensor.name);
  if (dtype !== "BF16" && dtype !== "F16") {
    const values = await readWeights(checkpoint, tensor);
    return { length: values.length, into: (out) => out.set(values) };
  }
  const { convert, exponent } = CONVERTERS[dtype];
  const bytes = await checkpoint.readBytes(tensor.name);
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  // All bits of the exponent set: NaN or infinity.
  const bad = words.findIndex((word) => (word & exponent) === exponent);
  if (bad >= 0) throw nonFiniteWeight(checkpoint, tensor, bad, convert(words.subarray(bad, bad + 1))[0]!);
  return { length: words.length, into: (out) => void convert(words, out) };
}

/** The values in a buffer of their own. */
export function valuesOf(stored: StoredTensor): Weights {
  const values = new Float32Array(stored.length);
  stored.into(values);
  return values;
}
