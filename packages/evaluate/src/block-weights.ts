import type { Kernels } from "@sinqbench/kernels";
import { type BlockTensor, blockTensors, type ModelConfig } from "@sinqbench/models";
import { decode, type LayerStatistics, storedBytes } from "@sinqbench/quantizer";
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

export interface VariantWeightsRequest {
  /** Folder of the checkpoint, for messages. */
  readonly model: string;
  readonly block: BlockWeights;
  readonly variant: Variant;
  readonly kernels: Kernels;
  /** Buffers of an earlier call to decode into. */
  readonly spare: NamedTensors;
  /** Grows by what the encodings take. */
  readonly size: StoredSize;
  /** By graph input; for calibrated quantizers. */
  readonly statistics?: ReadonlyMap<string, LayerStatistics> | undefined;
}

/**
 * Weights of a block as graph inputs: linear layers through the variant's quantizer and back to float32, everything else
 * as it is.
 */
export function variantWeights(request: VariantWeightsRequest): NamedTensors {
  return blockInputs(request.block, request.spare, (buffer, tensor, original) => {
    if (tensor.kind === "linear" && request.variant.quantizer) quantizeInto(buffer, tensor, original, request);
    else buffer.set(original);
  });
}

/** A copy of a block's own weights as graph inputs. */
export function originalWeights(block: BlockWeights, spare: NamedTensors): NamedTensors {
  return blockInputs(block, spare, (buffer, _, original) => buffer.set(original));
}

function blockInputs(
  { tensors, values }: BlockWeights,
  spare: NamedTensors,
  fill: (buffer: Weights, tensor: BlockTensor, original: Weights) => void,
): NamedTensors {
  const out: NamedTensors = {};
  tensors.forEach((tensor, i) => {
    const original = values[i]!;
    const buffer = (spare[tensor.input]?.data as Weights | undefined) ?? new Float32Array(original.length);
    fill(buffer, tensor, original);
    out[tensor.input] = { type: "float32", data: buffer, dims: tensor.shape };
  });
  return out;
}

function quantizeInto(
  buffer: Weights,
  tensor: BlockTensor,
  data: Weights,
  { model, variant, kernels, size, statistics }: VariantWeightsRequest,
): void {
  const { quantizer, config } = variant;
  const [rows, cols] = tensor.shape as [number, number];
  const known = statistics?.get(tensor.input);
  try {
    const encoded = quantizer!.quantize({ rows, cols, data }, config!, {
      kernels,
      ...(known && { statistics: known }),
    });
    decode(encoded, kernels, buffer);
    size.bytes += storedBytes(encoded);
    size.weights += rows * cols;
  } catch (error) {
    throw error instanceof BenchError ? messages.inLayer(model, tensor.name, error) : error;
  }
}
