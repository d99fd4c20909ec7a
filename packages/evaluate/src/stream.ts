import type { Batch } from "./batches.ts";
import type { Chains } from "./chains.ts";
import type { WindowSet } from "./types.ts";

/** Windows on their way through the blocks, with one chain of hidden states for everything that runs on them. */
export interface Stream {
  readonly sets: readonly WindowSet[];
  readonly batches: readonly Batch[];
  readonly chains: Chains;
  /** Number of chains. */
  readonly count: number;
}
