import { blockPrefix, blockTensors, type ModelConfig, nameInBlock } from "@sinqbench/models";
import {
  applyScales,
  type BlockTensorView,
  type QuantizeConfig,
  type QuantizeContext,
  type Quantizer,
  type TensorScales,
} from "@sinqbench/quantizer";
import { BenchError, type TensorSource } from "@sinqbench/tensor";
import { blockInputsMissing, inTensor } from "../messages.ts";

/** Factors of a checkpoint's tensors by their names. */
export type MovedScales = ReadonlyMap<string, TensorScales>;

export interface StepRequest {
  readonly quantizer: Quantizer;
  readonly config: QuantizeConfig;
  readonly kernels: QuantizeContext["kernels"];
}

/**
 * What a method's block step multiplies the tensors of a checkpoint by; empty for a method without one. Holds vectors alone:
 * weights are read one at a time.
 *
 * @throws UsageError `block-inputs-missing` for a step that learns from inputs, of which a checkpoint says nothing
 */
export async function movedScales(
  { quantizer, config, kernels }: StepRequest,
  model: ModelConfig,
  weights: TensorSource,
  onBlock: () => Promise<void>,
): Promise<MovedScales> {
  const moved = new Map<string, TensorScales>();
  const { blockStep, needs, info } = quantizer;
  if (!blockStep) return moved;
  if (needs) throw blockInputsMissing(info.id);
  for (let index = 0; index < model.layers; index++) {
    await onBlock();
    const tensors = blockTensors(model, index).map(
      ({ name, shape, kind }): BlockTensorView => ({
        name: nameInBlock(name, index),
        shape,
        quantized: kind === "linear",
        read: () => weights.readFloat32(name),
      }),
    );
    try {
      for (const [name, scales] of await blockStep({ tensors }, config, { kernels })) {
        moved.set(blockPrefix(index) + name, scales);
      }
    } catch (error) {
      throw error instanceof BenchError ? inTensor(weights.path, `model.layers.${index}`, error) : error;
    }
  }
  return moved;
}

/** A tensor with its factors, float32. */
export async function readScaled(weights: TensorSource, name: string, moved: MovedScales): Promise<Float32Array> {
  const values = await weights.readFloat32(name);
  applyScales(values, moved.get(name) ?? {});
  return values;
}
