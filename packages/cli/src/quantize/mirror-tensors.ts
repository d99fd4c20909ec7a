import { scalesOf } from "@sinqbench/models";
import { type PackedDescription, packedMetadata } from "@sinqbench/quantizer";
import type { TensorEntry, TensorSource } from "@sinqbench/tensor";
import type { TensorQuantizer } from "./tensor-quantizer.ts";

/** A safetensors file to write in the place of another. */
export interface MirroredTensors {
  readonly entries: readonly TensorEntry[];
  /** That of the source, with what packed matrices need; undefined where there is none. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** Packed matrices of the file, by the names they had. */
  readonly descriptions: ReadonlyMap<string, PackedDescription>;
}

/** What is quantized, and where it is read from: by the names of the model's weights, whatever they are stored in. */
export interface ChosenTensors {
  readonly names: ReadonlySet<string>;
  readonly weights: TensorSource;
}

/**
 * Every tensor of a file, the chosen ones quantized, others scaled where the method's block step says so; the scales of those that were of 8 bits are left out. Packed matrices are
 * made now, because a file's header comes first and names their parts: those of one file are in memory together. All else is
 * made or read when its turn comes.
 */
export async function mirrorTensors(
  quantizer: TensorQuantizer,
  source: TensorSource,
  { names, weights }: ChosenTensors,
  onDone: (name: string) => void,
): Promise<MirroredTensors> {
  const usedUp = new Set([...names].map(scalesOf));
  const entries: TensorEntry[] = [];
  const descriptions = new Map<string, PackedDescription>();
  for (const name of source.names()) {
    if (!names.has(name)) {
      if (quantizer.moved.has(name)) entries.push(quantizer.scaled(weights, weights.info(name)));
      else if (!usedUp.has(name)) entries.push(quantizer.copied(source, source.info(name)));
      continue;
    }
    const info = weights.info(name);
    if (quantizer.format === "dequantized") entries.push(quantizer.quantized(weights, info, () => onDone(name)));
    else {
      const { tensors, description } = await quantizer.packed(weights, info);
      entries.push(...tensors);
      descriptions.set(name, description);
      onDone(name);
    }
  }
  const metadata = { ...source.metadata, ...(descriptions.size > 0 && packedMetadata(descriptions)) };
  return { entries, descriptions, metadata: Object.keys(metadata).length > 0 ? metadata : undefined };
}
