import type { Kernels } from "@sinqbench/kernels";
import { type BlockTensor, blockTensors, type ModelConfig } from "@sinqbench/models";
import { decode, storedBytes } from "@sinqbench/quantizer";
import { BenchError, type TensorSource } from "@sinqbench/tensor";
import type { NamedTensors } from "./graph-protocol.ts";
import { messages } from "./messages.ts";
import { readWeights, type Weights } from "./read-weights.ts";
import type { Variant } from "./types.ts";

export interface BlockWeights {
  readonly tensors: readonly BlockTensor[];
  readonly values: readonly Weights[];
}

/** Reads one block. */
export async function readBlock(checkpoint: TensorSource, config: ModelConfig, index: number): Promise<BlockWeights> {
  const tensors = blockTensors(config, index);
  const values: Weights[] = [];
  for (const tensor of tensors) values.push(await readWeights(checkpoint, tensor));
  return { tensors, values };
}

/** What a variant stores for its quantized matrices. */
export interface StoredSize {
  bytes: number;
  weights: number;
}

/**
 * Weights of a block as graph inputs: linear layers through the variant's quantizer and back to float32, everything else
 * as it is. `spare` are buffers of an earlier call to decode into. `size` counts what the encodings take.
 */
export function variantWeights(
  model: string,
  block: BlockWeights,
  variant: Variant,
  kernels: Kernels,
  spare: NamedTensors,
  size: StoredSize,
): NamedTensors {
  const out: NamedTensors = {};
  block.tensors.forEach((tensor, i) => {
    const original = block.values[i]!;
    const buffer = (spare[tensor.input]?.data as Weights | undefined) ?? new Float32Array(original.length);
    if (tensor.kind === "linear" && variant.quantizer) {
      quantizeInto(buffer, model, tensor, original, variant, kernels, size);
    } else {
      buffer.set(original);
    }
    out[tensor.input] = { type: "float32", data: buffer, dims: tensor.shape };
  });
  return out;
}

function quantizeInto(
  buffer: Weights,
  model: string,
  tensor: BlockTensor,
  data: Weights,
  { quantizer, config }: Variant,
  kernels: Kernels,
  size: StoredSize,
): void {
  const [rows, cols] = tensor.shape as [number, number];
  try {
    const encoded = quantizer!.quantize({ rows, cols, data }, config!, { kernels });
    decode(encoded, kernels, buffer);
    size.bytes += storedBytes(encoded);
    size.weights += rows * cols;
  } catch (error) {
    throw error instanceof BenchError ? messages.inLayer(model, tensor.name, error) : error;
  }
}
