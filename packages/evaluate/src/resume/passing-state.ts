import { openChains } from "../chains.ts";
import type { ChainKind, RunState } from "./run-state.ts";

export interface ChainLayout {
  readonly count: number;
  /** Floats in each batch. */
  readonly lengths: readonly number[];
}

/** The state of a run that leaves nothing behind: chains in memory where they fit, else in temporary files. */
export async function passingState(
  layouts: Readonly<Record<ChainKind, ChainLayout>>,
  memoryBytes?: number,
): Promise<RunState> {
  const open = ({ count, lengths }: ChainLayout) => openChains(count, lengths, memoryBytes);
  const chains = { variants: await open(layouts.variants), calibration: await open(layouts.calibration) };
  const done = new Map<string, number>();
  const key = (kind: ChainKind, chain: number) => `${kind} ${chain}`;
  return {
    ...chains,
    found: false,
    done: (kind, chain) => done.get(key(kind, chain)) ?? 0,
    passed(kind, chain, batches) {
      chains[kind].endUnit(chain, batches);
      done.set(key(kind, chain), (done.get(key(kind, chain)) ?? 0) + 1);
    },
    async commit() {},
    head: async () => null,
    async keepHead() {},
    async close() {
      await Promise.all([chains.variants.close(), chains.calibration.close()]);
    },
  };
}
