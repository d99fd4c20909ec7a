import type { StoredSize } from "./block-weights.ts";

/** What the blocks leave beside the chains. It grows from block to block, and an interrupted run keeps it. */
export interface Tallies {
  /** By variant. */
  readonly sizes: readonly StoredSize[];
  /** By calibration chain: routed experts, over all blocks, that no calibration token reached. */
  readonly unreached: readonly { experts: number }[];
}
