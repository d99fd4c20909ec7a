import type { ModelTensor } from "@sinqbench/models";
import { packedMatrices } from "@sinqbench/quantizer";
import type { TensorSource } from "@sinqbench/tensor";
import type { StoredSize } from "./block-weights.ts";

/** What a checkpoint stores before any variant quantizes it. */
export interface CheckpointSizes {
  /** Linear layers that are packed; nothing in an ordinary checkpoint. */
  readonly packed: StoredSize;
  readonly linearWeights: number;
  /** Bytes of everything but the linear layers: 16 bits a weight, or as packed. */
  readonly otherBytes: number;
}

export function storedSizes(checkpoint: TensorSource, tensors: readonly ModelTensor[]): CheckpointSizes {
  const matrices = packedMatrices(checkpoint);
  const packed = { bytes: 0, weights: 0 };
  let linearWeights = 0;
  let otherBytes = 0;
  for (const { name, kind, shape } of tensors) {
    const weights = shape.reduce((product, size) => product * size, 1);
    const stored = matrices.get(name);
    if (kind === "linear") linearWeights += weights;
    else otherBytes += stored?.bytes ?? 2 * weights;
    if (kind === "linear" && stored) {
      packed.bytes += stored.bytes;
      packed.weights += weights;
    }
  }
  return { packed, linearWeights, otherBytes };
}
