import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CHAINS_FOLDER } from "../chains.ts";
import { FileChains, slotPath } from "../file-chains.ts";
import { bootId } from "./boot-id.ts";
import { diskFull } from "./disk-full.ts";
import { type Journal, type KeptChains, readJournal, removeJournal, writeJournal } from "./journal.ts";
import type { ChainLayout } from "./passing-state.ts";
import type { ChainKind, RunState } from "./run-state.ts";

/** Share of a run's time that waiting for the disk may cost; beyond, states are left to the system's own writing. */
const SYNC_SHARE = 0.02;
const FIRST_GUESS_BYTES_PER_SECOND = 1e9;

const KINDS = ["variants", "calibration"] as const;

export interface KeptStateOptions {
  /** Folder that this process alone uses. */
  readonly folder: string;
  /** What is computed, as text. */
  readonly plan: string;
  readonly layouts: Readonly<Record<ChainKind, ChainLayout>>;
  /** What is summed per variant on the way: plain data, filled with what an earlier run had. */
  readonly sums: readonly object[];
}

/**
 * The state of a run in a folder, from which the same run continues after it was killed at any moment. The journal names for
 * every chain the file with its whole states; they are never written to again before a later journal names others.
 *
 * States that the disk does not have for sure (waiting would take too long) are marked with the machine's boot: a killed process
 * loses none of them, and after a power failure they are not believed.
 */
export class KeptState implements RunState {
  readonly found: boolean;
  readonly variants: FileChains;
  readonly calibration: FileChains;
  private readonly doneBlocks: Record<ChainKind, number[]>;
  private readonly unsynced: Record<ChainKind, Set<number>> = { variants: new Set(), calibration: new Set() };
  private bytesPerSecond = FIRST_GUESS_BYTES_PER_SECOND;
  private lastSync = performance.now();
  private kept: Journal["head"];

  private constructor(
    private readonly options: KeptStateOptions,
    journal: Journal | null,
  ) {
    const chainsOf = (kind: ChainKind) => {
      const slots = journal?.[kind].slots ?? [];
      const kept = new Map(slots.flatMap((slot, chain) => (slot === null ? [] : [[chain, slot] as const])));
      return new FileChains({ folder: options.folder, lengths: options.layouts[kind].lengths, name: kind, kept });
    };
    this.variants = chainsOf("variants");
    this.calibration = chainsOf("calibration");
    const doneOf = (kind: ChainKind) =>
      Array.from({ length: options.layouts[kind].count }, (_, chain) => journal?.[kind].done[chain] ?? 0);
    this.doneBlocks = { variants: doneOf("variants"), calibration: doneOf("calibration") };
    if (journal?.boot) {
      for (const kind of KINDS) {
        for (const [chain, slot] of journal[kind].slots.entries()) if (slot !== null) this.unsynced[kind].add(chain);
      }
    }
    this.found = journal !== null;
    this.kept = journal?.head ?? null;
    journal?.sums.forEach((sum, variant) => {
      Object.assign(options.sums[variant]!, sum);
    });
  }

  /** Opens what an earlier run left; where there is nothing, or nothing whole, an empty state. */
  static async open(options: KeptStateOptions): Promise<KeptState> {
    const { folder, plan } = options;
    const found = await readJournal(folder);
    const usable = found?.plan === plan && (found.boot === null || found.boot === bootId());
    const journal = usable && (await filesAreThere(options, found)) ? found : null;
    if (!journal) await removeJournal(folder);
    const named = new Set([
      ...KINDS.flatMap((name) => (journal?.[name].slots ?? []).map((slot) => slotPath({ folder, name }, slot ?? -1))),
      ...(journal?.head ? [join(folder, journal.head.file)] : []),
    ]);
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const stale = name.startsWith(CHAINS_FOLDER) || (/\.(f32|losses)$/.test(name) && !named.has(path));
      if (stale) await rm(path, { recursive: true });
    }
    return new KeptState(options, journal);
  }

  done(kind: ChainKind, chain: number): number {
    return this.doneBlocks[kind][chain]!;
  }

  passed(kind: ChainKind, chain: number, batches: number): void {
    this[kind].endUnit(chain, batches);
    this.doneBlocks[kind][chain]!++;
    this.unsynced[kind].add(chain);
  }

  async commit(): Promise<void> {
    await this.writing(async () => {
      const synced = await this.syncIfCheap();
      await this.record(synced);
    });
  }

  async head(): Promise<{ rows: number; bytes: Uint8Array<ArrayBuffer> } | null> {
    if (!this.kept) return null;
    const { rows, file } = this.kept;
    return { rows, bytes: new Uint8Array(await readFile(join(this.options.folder, file))) };
  }

  async keepHead(rows: number, parts: readonly Uint8Array[]): Promise<void> {
    const before = this.kept;
    const name = `${rows}.losses`;
    await this.writing(async () => {
      const file = await open(join(this.options.folder, name), "w");
      try {
        for (const part of parts) await file.writeFile(part);
        await file.datasync();
      } finally {
        await file.close();
      }
      this.kept = { rows, file: name };
      await this.record(this.unsyncedBytes() === 0);
    });
    if (before) await rm(join(this.options.folder, before.file), { force: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.variants.close(), this.calibration.close()]);
  }

  private async record(synced: boolean): Promise<void> {
    const { folder, plan, sums } = this.options;
    await writeJournal(folder, {
      plan,
      boot: synced ? null : bootId(),
      variants: this.chainsOf("variants"),
      calibration: this.chainsOf("calibration"),
      sums,
      head: this.kept,
    });
    this.variants.settled();
    this.calibration.settled();
  }

  private chainsOf(kind: ChainKind): KeptChains {
    const done = this.doneBlocks[kind];
    return { done, slots: done.map((blocks, chain) => (blocks > 0 ? this[kind].slotOf(chain) : null)) };
  }

  private async syncIfCheap(): Promise<boolean> {
    const bytes = this.unsyncedBytes();
    const elapsed = (performance.now() - this.lastSync) / 1000;
    if (bootId() !== null && bytes / this.bytesPerSecond > SYNC_SHARE * elapsed) return false;
    const start = performance.now();
    for (const kind of KINDS) {
      for (const chain of this.unsynced[kind]) await this[kind].sync(chain);
      this.unsynced[kind].clear();
    }
    const seconds = (performance.now() - start) / 1000;
    this.lastSync = performance.now();
    if (seconds > 0.05) this.bytesPerSecond = bytes / seconds;
    return true;
  }

  private unsyncedBytes(): number {
    return KINDS.reduce((sum, kind) => sum + this.unsynced[kind].size * chainBytes(this.options.layouts[kind]), 0);
  }

  private async writing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw diskFull(this.options.folder, true, error);
    }
  }
}

async function filesAreThere({ folder, layouts }: KeptStateOptions, journal: Journal): Promise<boolean> {
  for (const name of KINDS) {
    const { done, slots } = journal[name];
    if (done.length !== layouts[name].count || slots.length !== done.length) return false;
    for (const slot of slots) {
      if (slot !== null && !(await exists(slotPath({ folder, name }, slot)))) return false;
    }
  }
  return journal.head === null || exists(join(folder, journal.head.file));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function chainBytes({ lengths }: ChainLayout): number {
  return 4 * lengths.reduce((sum, length) => sum + length, 0);
}
