import type { Kernels } from "@sinqbench/kernels";
import type { BlockTensor } from "@sinqbench/models";
import {
  applyScales,
  type BlockScales,
  decode,
  type LayerStatistics,
  scaledStatistics,
  storedBytes,
} from "@sinqbench/quantizer";
import { BenchError, type TensorSource } from "@sinqbench/tensor";
import type { BlockPart } from "./block-parts.ts";
import { nameInBlock } from "./block-steps.ts";
import type { NamedTensors } from "./graph-protocol.ts";
import { messages } from "./messages.ts";
import { readWeights, type Weights } from "./read-weights.ts";
import type { Variant } from "./types.ts";
import type { WeightBuffers } from "./weight-buffers.ts";

/** A part of a block in memory. */
export interface PartWeights {
  readonly part: BlockPart;
  readonly values: readonly Weights[];
}

/** Reads one part of a block. */
export async function readPart(checkpoint: TensorSource, part: BlockPart): Promise<PartWeights> {
  const values: Weights[] = [];
  for (const tensor of part.tensors) values.push(await readWeights(checkpoint, tensor));
  return { part, values };
}

/** What is added to the router's scores where experts are chosen (DeepSeek-V3): the main thread routes. */
export function routerCorrection({ part, values }: PartWeights): Float32Array | undefined {
  return values[part.tensors.findIndex(({ kind, shape }) => kind === "router" && shape.length === 1)]?.slice();
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
  /** Where the result goes; null: into the part's own buffers, which nobody needs after. */
  readonly buffers: WeightBuffers | null;
  /** Grows by what the encodings take. */
  readonly size: StoredSize;
  /** By graph input; for calibrated quantizers. */
  readonly statistics?: ReadonlyMap<string, LayerStatistics> | undefined;
  /** What tensors are multiplied by first, by their names in the block. */
  readonly scales: BlockScales;
}

/**
 * Weights of a part as graph inputs: scaled where the variant's block step says so, linear layers through its quantizer and back
 * to float32.
 */
export function variantWeights(request: VariantWeightsRequest): NamedTensors {
  const { weights, buffers, variant, scales } = request;
  return partInputs(weights, buffers, (buffer, tensor, original) => {
    const own = scales.get(nameInBlock(tensor.name, weights.part.index));
    const quantized = tensor.kind === "linear" && variant.quantizer !== null;
    if (buffer !== original && (own || !quantized)) buffer.set(original);
    if (own) applyScales(buffer, own);
    if (quantized) quantizeInto(buffer, tensor, own ? buffer : original, request, own?.columns);
  });
}

/** A copy of a part's own weights as graph inputs. */
export function originalWeights(weights: PartWeights, buffers: WeightBuffers): NamedTensors {
  return partInputs(weights, buffers, (buffer, _, original) => buffer.set(original));
}

function partInputs(
  { part, values }: PartWeights,
  buffers: WeightBuffers | null,
  fill: (buffer: Weights, tensor: BlockTensor, original: Weights) => void,
): NamedTensors {
  const out: NamedTensors = {};
  part.tensors.forEach((tensor, i) => {
    const original = values[i]!;
    const buffer = buffers?.take(tensor.input, original.length) ?? original;
    fill(buffer, tensor, original);
    out[tensor.input] = { type: "float32", data: buffer, dims: tensor.shape };
  });
  return out;
}

function quantizeInto(
  buffer: Weights,
  tensor: BlockTensor,
  data: Weights,
  { model, weights, variant, kernels, size, statistics }: VariantWeightsRequest,
  columns: Float32Array | undefined,
): void {
  const { quantizer, config } = variant;
  const [rows, cols] = tensor.shape as [number, number];
  const known = statistics?.get(tensor.input);
  try {
    const encoded = quantizer!.quantize({ rows, cols, data }, config!, {
      kernels,
      name: nameInBlock(tensor.name, weights.part.index),
      ...(known && { statistics: columns ? scaledStatistics(known, columns) : known }),
    });
    decode(encoded, kernels, buffer);
    size.bytes += storedBytes(encoded);
    size.weights += rows * cols;
  } catch (error) {
    throw error instanceof BenchError ? messages.inLayer(model, tensor.name, error) : error;
  }
}
