import { expertCount, expertTensors, type ModelConfig } from "@sinqbench/models";
import type { Variant } from "../types.ts";

/** Bytes that the experts of a model make move, over all blocks, in the two orders that memory leaves open. */
export interface ExpertOrders {
  /** Each expert is read once a block, and all tokens of all variants come to it: MLP inputs and sums of outputs go by disk. */
  readonly expertMajor: number;
  /** Each batch of windows stays in memory and all experts come to it: their encodings go by disk. */
  readonly windowMajor: number;
  /** Windows of such a batch. */
  readonly windowsPerBatch: number;
}

export interface ExpertOrderInputs {
  readonly config: ModelConfig;
  readonly variants: readonly Variant[];
  /** Windows and tokens of each. */
  readonly sets: readonly { readonly count: number; readonly length: number }[];
  /** Bytes that the checkpoint stores a weight of a linear layer in. */
  readonly bytesPerWeight: number;
  /** Memory for the states of a batch of windows. */
  readonly batchBytes: number;
}

const FLOAT_BYTES = 4;
/** Hidden state, MLP input and sum of outputs of a token. */
const STATES_OF_A_BATCH = 3;
/** Scale and zero of a group, 16 bits each. */
const GROUP_BITS = 32;

/** null for a model without experts. Passes of hidden states through the dense parts are the same in both orders and left out. */
export function expertOrders(inputs: ExpertOrderInputs): ExpertOrders | null {
  const { config, variants, sets, bytesPerWeight, batchBytes } = inputs;
  if (!config.experts) return null;
  const state = config.hiddenSize * FLOAT_BYTES;
  const tokens = sets.reduce((sum, { count, length }) => sum + count * length, 0);
  const longest = Math.max(...sets.map(({ length }) => length));
  const windowsPerBatch = Math.max(1, Math.floor(batchBytes / (longest * state * STATES_OF_A_BATCH)));
  const batches = sets.reduce((sum, { count }) => sum + Math.ceil(count / windowsPerBatch), 0);
  const perToken = config.experts.routing.perToken;
  // An MLP input is written once and read by each of its experts; each of these reads and writes the sum.
  const expertStates = variants.length * tokens * state * (1 + 3 * perToken);
  let expertMajor = 0;
  let windowMajor = 0;
  for (let index = 0; index < config.layers; index++) {
    const count = expertCount(config, index);
    if (count === 0) continue;
    const weights = count * expertTensors(config, index, 0).reduce((sum, { shape }) => sum + shape[0]! * shape[1]!, 0);
    const stored = weights * bytesPerWeight;
    const encodings = variants.map(({ config }) =>
      config ? (weights * (config.bits + GROUP_BITS / config.groupSize)) / 8 : 0,
    );
    const written = encodings.reduce((sum, bytes) => sum + bytes, 0);
    const originals = variants.filter(({ config }) => !config).length;
    expertMajor += stored + expertStates;
    windowMajor += stored + written + batches * (written + originals * stored);
  }
  return { expertMajor, windowMajor, windowsPerBatch };
}
