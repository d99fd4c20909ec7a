import { blockTensors } from "./model-tensors.ts";
import type { ModelConfig } from "./types.ts";

/** Floating-point operations (a multiply-add is two) of linear layers and causal attention for one window in one block. */
export function blockFlops(config: ModelConfig, length: number): number {
  const weights = blockTensors(config, 0)
    .filter((tensor) => tensor.kind === "linear")
    .reduce((sum, tensor) => sum + tensor.shape[0]! * tensor.shape[1]!, 0);
  // Scores and values over the causal half only: position p attends to p + 1 keys, twice.
  const attention = 2 * 2 * config.heads * config.headDim * ((length * (length + 1)) / 2);
  return 2 * weights * length + attention;
}

/** Floating-point operations of `rows` rows of lm_head over one window. */
export function headFlops(config: ModelConfig, length: number, rows = config.vocabSize): number {
  return 2 * length * rows * config.hiddenSize;
}
