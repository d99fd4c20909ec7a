import { denseTensors, expertCount, expertTensors } from "./model-tensors.ts";
import type { BlockTensor, ModelConfig } from "./types.ts";

/**
 * Floating-point operations (a multiply-add is two) of linear layers, router and causal attention for one window in block
 * `index`. A token takes only its own experts.
 */
export function blockFlops(config: ModelConfig, length: number, index: number): number {
  const routed = expertCount(config, index) > 0 ? length * config.experts!.routing.perToken : 0;
  return denseFlops(config, length, index) + (routed > 0 ? expertFlops(config, routed) : 0);
}

/** Floating-point operations of one window in all blocks from `from` on. */
export function blocksFlops(config: ModelConfig, length: number, from = 0): number {
  let sum = 0;
  for (let index = from; index < config.layers; index++) sum += blockFlops(config, length, index);
  return sum;
}

/** Floating-point operations of all of a block but its routed experts, for one window. */
export function denseFlops(config: ModelConfig, length: number, index: number): number {
  // Scores and values over the causal half only: position p attends to p + 1 keys, and to no more than the sliding window.
  const span = Math.min(length, config.slidingWindow ?? length);
  const pairs = (span * (span + 1)) / 2 + (length - span) * span;
  const attention = 2 * config.heads * (config.headDim + config.valueDim) * pairs;
  return products(denseTensors(config, index)) * length + attention;
}

/** Floating-point operations of one expert for so many tokens. */
export function expertFlops(config: ModelConfig, tokens: number): number {
  return products(expertTensors(config, 0, 0)) * tokens;
}

/** Floating-point operations of `rows` rows of lm_head over one window. */
export function headFlops(config: ModelConfig, length: number, rows = config.vocabSize): number {
  return 2 * length * rows * config.hiddenSize;
}

/** Of one token through all matrices. */
function products(tensors: readonly BlockTensor[]): number {
  return tensors
    .filter(({ kind, shape }) => kind === "linear" || (kind === "router" && shape.length === 2))
    .reduce((sum, { shape }) => sum + 2 * shape[0]! * shape[1]!, 0);
}
