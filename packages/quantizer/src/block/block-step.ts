import type { Kernels } from "@sinqbench/kernels";
import type { LayerStatistics, QuantizeConfig } from "../types.ts";

/** A tensor of one transformer block, as a block step sees it. */
export interface BlockTensorView {
  /** Name inside the block, as in a Hugging Face checkpoint: "self_attn.q_proj.weight". */
  readonly name: string;
  /** A linear weight is [out, in]. */
  readonly shape: readonly number[];
  /** Whether the quantizer gets it; norms, biases and routers it does not. */
  readonly quantized: boolean;
  /** Its values, float32, row-major; read anew whenever asked for, so that experts need not be in memory together. */
  read(): Promise<Float32Array>;
}

/** One transformer block before it is quantized. */
export interface BlockView {
  readonly tensors: readonly BlockTensorView[];
}

/** Factors of one tensor. */
export interface TensorScales {
  /** Of its rows (outputs), float32 [out]; of a norm's or bias's values [n]. */
  readonly rows?: Float32Array;
  /** Of its columns (inputs), float32 [in]; what it gets as inputs must then come divided by them. */
  readonly columns?: Float32Array;
}

/** Factors by the tensor's name inside the block; a tensor that is not named stays as it is. */
export type BlockScales = ReadonlyMap<string, TensorScales>;

/** What a block step has to work with beside the block. */
export interface BlockContext {
  readonly kernels: Kernels;
  /** Inputs of the block's linear layers by tensor name, for a quantizer with `needs`. */
  readonly statistics?: ReadonlyMap<string, LayerStatistics>;
}

/**
 * What a method does to a whole block before it quantizes its matrices one by one: it moves scales between layers, so that the
 * block computes what it did, but for rounding. The scaled norms are stored in 16 bits as before: they cost nothing.
 */
export type BlockStep<O extends object = object> = (
  block: BlockView,
  config: QuantizeConfig,
  context: BlockContext,
  options?: Partial<O>,
) => Promise<BlockScales>;
