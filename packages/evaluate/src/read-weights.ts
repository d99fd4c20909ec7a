import type { ModelTensor } from "@sinqbench/models";
import type { RowRange, TensorSource } from "@sinqbench/tensor";
import { messages } from "./messages.ts";

/** A tensor's values, as float32 in a buffer that can move to the runtime's thread. */
export type Weights = Float32Array<ArrayBuffer>;

/** Checks that the checkpoint holds every tensor the config implies, with its shape, before anything is computed. */
export function checkTensors(checkpoint: TensorSource, tensors: readonly ModelTensor[]): void {
  for (const { name, shape } of tensors) {
    const found = checkpoint.info(name).shape;
    if (found.length !== shape.length || found.some((size, axis) => size !== shape[axis])) {
      throw messages.wrongShape(checkpoint.path, name, found, shape);
    }
  }
}

/** Reads a tensor, or a range of its rows, and refuses NaN and infinity by name and position. */
export async function readWeights(checkpoint: TensorSource, tensor: ModelTensor, rows?: RowRange): Promise<Weights> {
  const values = (await checkpoint.readFloat32(tensor.name, rows)) as Weights;
  const bad = firstNonFinite(values);
  if (bad >= 0) {
    const before = rows ? rows[0] * (tensor.shape[1] ?? 1) : 0;
    throw nonFiniteWeight(checkpoint, tensor, before + bad, values[bad]!);
  }
  return values;
}

/** The error for NaN or infinity at an index of a tensor. */
export function nonFiniteWeight({ path }: TensorSource, { name, shape }: ModelTensor, index: number, value: number) {
  const width = shape[shape.length - 1]!;
  return messages.nonFiniteWeight(path, name, Math.floor(index / width), index % width, value);
}

/**
 * Read-ahead: has the disk deliver tensors that come next into the system's cache while the runtime computes. It does not
 * convert them, which would take a core from the runtime. What goes wrong here is left for the read proper to report.
 */
export async function readAhead(
  checkpoint: TensorSource,
  tensors: readonly ModelTensor[],
  rows?: RowRange,
): Promise<void> {
  try {
    for (const { name } of tensors) await checkpoint.prefetch(name, rows);
  } catch {}
}

function firstNonFinite(values: Float32Array): number {
  // x - x is 0 for every finite x and NaN otherwise: one sum tells whether a search is due.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
