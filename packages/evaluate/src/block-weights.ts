import type { Kernels } from "@sinqbench/kernels";
import { type BlockTensor, nameInBlock } from "@sinqbench/models";
import {
  applyScales,
  type BlockScales,
  decode,
  type Encoded,
  type LayerStatistics,
  scaledStatistics,
  storedBytes,
} from "@sinqbench/quantizer";
import { BenchError, type TensorSource } from "@sinqbench/tensor";
import type { BlockPart } from "./block-parts.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import { messages } from "./messages.ts";
import type { Weights } from "./read-weights.ts";
import { readStored, type StoredTensor, valuesOf } from "./stored-tensor.ts";
import type { Variant } from "./types.ts";
import type { WeightBuffers } from "./weight-buffers.ts";

/** A part of a block in memory, as it is stored. */
export interface PartWeights {
  readonly part: BlockPart;
  /** In the order of the part's tensors. */
  readonly stored: readonly StoredTensor[];
}

/** Reads one part of a block. */
export async function readPart(checkpoint: TensorSource, part: BlockPart): Promise<PartWeights> {
  const stored: StoredTensor[] = [];
  for (const tensor of part.tensors) stored.push(await readStored(checkpoint, tensor));
  return { part, stored };
}

/** What is added to the router's scores where experts are chosen (DeepSeek-V3): the main thread routes. */
export function routerCorrection({ part, stored }: PartWeights): Float32Array | undefined {
  const index = part.tensors.findIndex(({ kind, shape }) => kind === "router" && shape.length === 1);
  return index < 0 ? undefined : valuesOf(stored[index]!);
}

/** What a variant stores for its quantized matrices. */
export interface StoredSize {
  bytes: number;
  weights: number;
}

export interface VariantWeightsRequest {
  /** Folder of the checkpoint, for messages. */
  readonly model: string;
  readonly weights: PartWeights;
  readonly variant: Variant;
  readonly kernels: Kernels;
  /** Where the result goes. */
  readonly buffers: WeightBuffers;
  /** Grows by what the encodings take. */
  readonly size: StoredSize;
  /** By graph input; for calibrated quantizers. */
  readonly statistics?: ReadonlyMap<string, LayerStatistics> | undefined;
  /** What tensors are multiplied by first, by their names in the block. */
  readonly scales: BlockScales;
  /** Takes the encodings, by their names in the checkpoint. */
  readonly encodings?: Map<string, Encoded> | undefined;
}

/**
 * Weights of a part as graph inputs: scaled where the variant's block step says so, linear layers through its quantizer and back
 * to float32.
 */
export function variantWeights(request: VariantWeightsRequest): NamedTensors {
  const { weights, buffers, variant, scales } = request;
  return partInputs(weights, buffers, (values, tensor) => {
    const own = scales.get(nameInBlock(tensor.name, weights.part.index));
    if (own) applyScales(values, own);
    if (tensor.kind === "linear" && variant.quantizer) quantize(values, tensor, request, own?.columns);
  });
}

/** A part's own weights as graph inputs. */
export function originalWeights(weights: PartWeights, buffers: WeightBuffers): NamedTensors {
  return partInputs(weights, buffers, () => {});
}

function partInputs(
  { part, stored }: PartWeights,
  buffers: WeightBuffers,
  change: (values: Weights, tensor: BlockTensor) => void,
): NamedTensors {
  const out: NamedTensors = {};
  part.tensors.forEach((tensor, i) => {
    const values = buffers.take(tensor.input, stored[i]!.length);
    stored[i]!.into(values);
    change(values, tensor);
    out[tensor.input] = { type: "float32", data: values, dims: tensor.shape };
  });
  return out;
}

/** Puts a weight in memory through the variant's quantizer and back, in place. */
function quantize(
  values: Weights,
  tensor: BlockTensor,
  { model, weights, variant, kernels, size, statistics, encodings }: VariantWeightsRequest,
  columns: Float32Array | undefined,
): void {
  const { quantizer, config } = variant;
  const [rows, cols] = tensor.shape as [number, number];
  const known = statistics?.get(tensor.input);
  try {
    const encoded = quantizer!.quantize({ rows, cols, data: values }, config!, {
      kernels,
      name: nameInBlock(tensor.name, weights.part.index),
      ...(known && { statistics: columns ? scaledStatistics(known, columns) : known }),
    });
    encodings?.set(tensor.name, encoded);
    decode(encoded, kernels, values);
    size.bytes += storedBytes(encoded);
    size.weights += rows * cols;
  } catch (error) {
    throw error instanceof BenchError ? messages.inLayer(model, tensor.name, error) : error;
  }
}
