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
  /** Whether a chain takes the windows of a set; absent: all chains take all. */
  readonly takes?: (chain: number, set: number) => boolean;
}

/** Indices of the batches that a chain takes, in order. */
export function batchesOf({ batches, takes }: Stream, chain: number): number[] {
  return Array.from(batches.keys()).filter((batch) => takes?.(chain, batches[batch]!.set) ?? true);
}
