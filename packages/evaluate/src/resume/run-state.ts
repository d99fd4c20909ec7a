import type { Chains } from "../chains.ts";

/** The two kinds of chains of a run. */
export type ChainKind = "variants" | "calibration";

/** How far a run is, in blocks of single chains: the unit in which it continues when it was stopped. */
export interface RunState {
  /** Hidden states of the windows to score, one chain per variant. */
  readonly variants: Chains;
  /** Those of the windows to calibrate with. */
  readonly calibration: Chains;
  /** Whether an earlier run left something to continue with. */
  readonly found: boolean;
  /** Blocks that a chain has passed: 0 when its states are yet to be embedded. */
  done(kind: ChainKind, chain: number): number;
  /** A chain has passed a block with all its batches put; `commit` makes that last. */
  passed(kind: ChainKind, chain: number, batches: number): void;
  /** From here on a run that is killed continues with all that has `passed`. */
  commit(): Promise<void>;
  /** Losses of an earlier run and the rows of lm_head in them. */
  head(): Promise<{ readonly rows: number; readonly bytes: Uint8Array<ArrayBuffer> } | null>;
  /** From here on a run that is killed continues with these losses. */
  keepHead(rows: number, parts: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}
