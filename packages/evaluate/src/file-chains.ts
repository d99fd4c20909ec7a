import { readSync, writeSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { BufferPool } from "./buffer-pool.ts";
import type { Chains } from "./chains.ts";
import { addRow } from "./memory-chains.ts";
import { diskFull } from "./resume/disk-full.ts";

type States = Float32Array<ArrayBuffer>;

export interface FileChainsOptions {
  readonly folder: string;
  /** Floats in each batch. */
  readonly lengths: readonly number[];
  /** First part of the files' names. */
  readonly name: string;
  /**
   * For chains that outlive the process: the slot of each chain that has states already. A new state then never overwrites the
   * last one that `endUnit` made valid, and `close` leaves the files. Absent: in place, and the folder goes with `close`.
   */
  readonly kept?: ReadonlyMap<number, number>;
}

interface ChainState {
  /** File of the states that are whole. */
  current: number | null;
  /** File of the unit that is under way, and the batches of it that are there. */
  pending: number | null;
  readonly put: Set<number>;
}

/**
 * Chains in files, one file (slot) a chain and state. Kept chains go round: while a chain passes a block its new states fill a
 * spare slot, which takes over when all are there; so one slot more than chains is enough, and what is valid stays valid.
 */
export class FileChains extends BufferPool implements Chains {
  private readonly files = new Map<number, FileHandle>();
  private readonly chains = new Map<number, ChainState>();
  private readonly offsets: number[] = [];
  private readonly free: number[] = [];
  /** Slots of states given up; free once `settled` says that no record names them any more. */
  private retired: number[] = [];
  private slots = 0;

  constructor(private readonly options: FileChainsOptions) {
    super();
    options.lengths.reduce((offset, length, batch) => {
      this.offsets[batch] = offset;
      return offset + length * 4;
    }, 0);
    const taken = new Set(options.kept?.values());
    for (const [chain, slot] of options.kept ?? []) {
      this.chains.set(chain, { current: slot, pending: null, put: new Set() });
    }
    this.slots = Math.max(-1, ...taken) + 1;
    for (let slot = 0; slot < this.slots; slot++) if (!taken.has(slot)) this.free.push(slot);
  }

  async take(chain: number, batch: number): Promise<States> {
    const states = this.borrow(this.options.lengths[batch]!);
    const file = await this.fileOf(chain, batch);
    await this.transfer(file, "read", new Uint8Array(states.buffer), this.offsets[batch]!);
    return states;
  }

  async put(chain: number, batch: number, states: States): Promise<void> {
    const state = this.stateOf(chain);
    if (state.pending === null && !this.options.kept) state.pending = state.current;
    state.pending ??= this.free.pop() ?? this.slots++;
    const file = await this.file(state.pending);
    await this.transfer(file, "write", new Uint8Array(states.buffer), this.offsets[batch]!);
    state.put.add(batch);
    this.giveBack(states);
  }

  async restore(_chain: number, _batch: number, states: States): Promise<void> {
    this.giveBack(states);
  }

  async gatherRows(
    chain: number,
    batch: number,
    width: number,
    rows: Int32Array,
    out: Float32Array,
    outRow: number,
  ): Promise<void> {
    const { fd } = await this.fileOf(chain, batch);
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    const size = 4 * width;
    // Rows are a few kilobytes from the system's cache: a synchronous read costs less than the turn of an asynchronous one.
    for (let i = 0; i < rows.length; ) {
      let run = 1;
      while (i + run < rows.length && rows[i + run] === rows[i]! + run) run++;
      const at = this.offsets[batch]! + rows[i]! * size;
      this.transferSync(fd, readSync, bytes.subarray((outRow + i) * size, (outRow + i + run) * size), at);
      i += run;
    }
  }

  async addRows(
    chain: number,
    batch: number,
    width: number,
    rows: Int32Array,
    values: Float32Array,
    valueRow: number,
    weights: Float32Array,
  ): Promise<void> {
    const { fd } = await this.fileOf(chain, batch);
    const target = new Float32Array(width);
    const bytes = new Uint8Array(target.buffer);
    for (const [i, row] of rows.entries()) {
      const at = this.offsets[batch]! + row * bytes.length;
      this.transferSync(fd, readSync, bytes, at);
      addRow(target, 0, values, (valueRow + i) * width, width, weights[i]!);
      this.transferSync(fd, writeSync, bytes, at);
    }
  }

  endUnit(chain: number, batches: number): void {
    const state = this.stateOf(chain);
    if (state.put.size !== batches) throw new Error(`chain ${chain}: ${state.put.size} of ${batches} batches were put`);
    if (state.current !== null && state.current !== state.pending) this.retired.push(state.current);
    state.current = state.pending;
    state.pending = null;
    state.put.clear();
  }

  /** Slot of the states of a chain that are whole; null where there are none yet. */
  slotOf(chain: number): number | null {
    return this.stateOf(chain).current;
  }

  /** The record of `slotOf` is on disk: slots that only an earlier record names may be used again. */
  settled(): void {
    this.free.push(...this.retired);
    this.retired = [];
  }

  /** Has the disk take the whole states of a chain. */
  async sync(chain: number): Promise<void> {
    const { current } = this.stateOf(chain);
    if (current !== null) await (await this.file(current)).datasync();
  }

  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => file.close()));
    this.files.clear();
    if (!this.options.kept) await rm(this.options.folder, { recursive: true, force: true });
  }

  private stateOf(chain: number): ChainState {
    const known = this.chains.get(chain);
    if (known) return known;
    const state = { current: null, pending: null, put: new Set<number>() };
    this.chains.set(chain, state);
    return state;
  }

  private async fileOf(chain: number, batch: number): Promise<FileHandle> {
    const { put, pending, current } = this.stateOf(chain);
    return this.file((put.has(batch) ? pending : current)!);
  }

  private async file(slot: number): Promise<FileHandle> {
    const known = this.files.get(slot);
    if (known) return known;
    const path = slotPath(this.options, slot);
    const file = await open(path, "r+").catch(() => open(path, "w+"));
    this.files.set(slot, file);
    return file;
  }

  private async transfer(file: FileHandle, way: "read" | "write", bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      try {
        const result =
          way === "read"
            ? await file.read(bytes, done, bytes.length - done, at + done)
            : await file.write(bytes, done, bytes.length - done, at + done);
        done += this.moved("bytesRead" in result ? result.bytesRead : result.bytesWritten);
      } catch (error) {
        throw this.failure(error);
      }
    }
  }

  private transferSync(
    fd: number,
    move: (fd: number, bytes: Uint8Array, offset: number, length: number, position: number) => number,
    bytes: Uint8Array,
    at: number,
  ): void {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += this.moved(move(fd, bytes, done, bytes.length - done, at + done));
      } catch (error) {
        throw this.failure(error);
      }
    }
  }

  private moved(bytes: number): number {
    if (bytes === 0) throw new Error(`a file of hidden states in ${this.options.folder} ended early`);
    return bytes;
  }

  private failure(error: unknown): unknown {
    return diskFull(this.options.folder, this.options.kept !== undefined, error);
  }
}

export function slotPath({ folder, name }: Pick<FileChainsOptions, "folder" | "name">, slot: number): string {
  return join(folder, `${name}-${slot}.f32`);
}
