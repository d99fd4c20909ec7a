import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileChains } from "./file-chains.ts";
import { MemoryChains } from "./memory-chains.ts";

type States = Float32Array<ArrayBuffer>;

/** Hidden states of all windows between two blocks, float32, addressed by chain and batch. */
export interface Chains {
  /** A buffer of `length` floats to fill; reuses one that was handed back. */
  borrow(length: number): States;
  giveBack(buffer: States): void;
  /** Takes the states out, as last `put`; the caller owns the buffer until it is `put`, restored or given back. */
  take(chain: number, batch: number): Promise<States>;
  /** New states in the place of those taken. */
  put(chain: number, batch: number, states: States): Promise<void>;
  /** Hands back what `take` gave, unchanged. */
  restore(chain: number, batch: number, states: States): Promise<void>;
  /** Copies rows of `width` floats of a batch to `out`, from its row `outRow` on. */
  gatherRows(
    chain: number,
    batch: number,
    width: number,
    rows: Int32Array,
    out: Float32Array,
    outRow: number,
  ): Promise<void>;
  /** state[rows[i]] += weights[i] * values[valueRow + i], rows of `width` floats, in the place of the last `put`. */
  addRows(
    chain: number,
    batch: number,
    width: number,
    rows: Int32Array,
    values: Float32Array,
    valueRow: number,
    weights: Float32Array,
  ): Promise<void>;
  /** All `batches` batches of a chain have been put: they are now its states, and the ones before are given up. */
  endUnit(chain: number, batches: number): void;
  close(): Promise<void>;
}

/** Chains above this size live in files: a pass over them costs far less than the block between two passes. */
export const CHAINS_IN_MEMORY_BYTES = 256 * 2 ** 20;

/** First part of the names of folders of chains that end with their run. */
export const CHAINS_FOLDER = "sinqbench-chains-";

/**
 * Chains that end with the run, in memory or in temporary files that `close` deletes, also after an error.
 *
 * @param lengths floats in each batch
 * @param folder of the temporary files
 */
export async function openChains(
  count: number,
  lengths: readonly number[],
  memoryBytes = CHAINS_IN_MEMORY_BYTES,
  folder = tmpdir(),
): Promise<Chains> {
  const bytes = lengths.reduce((sum, length) => sum + length * 4, 0) * count;
  if (bytes <= memoryBytes) return new MemoryChains();
  return new FileChains({ folder: await mkdtemp(join(folder, CHAINS_FOLDER)), lengths, name: "chain" });
}
