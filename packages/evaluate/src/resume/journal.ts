import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@sinqbench/tensor";

/** Chains of one stream: blocks that each has passed, and the slot that holds its states (null: still the embedding). */
export interface KeptChains {
  readonly done: readonly number[];
  readonly slots: readonly (number | null)[];
}

/** What a run has done so far, as the next run of the same key finds it. */
export interface Journal {
  /** What is computed, as text; a journal of something else is not used. */
  readonly plan: string;
  /** States that may not have reached the disk count only until the machine restarts; null: all have. */
  readonly boot: string | null;
  readonly variants: KeptChains;
  readonly calibration: KeptChains;
  /** What is summed per variant on the way, plain data. */
  readonly sums: readonly object[];
  /** Rows of lm_head that are in the losses of that file; null before the first. */
  readonly head: { readonly rows: number; readonly file: string } | null;
}

const NAME = "journal.json";

/** The last journal that was written whole, or null. */
export async function readJournal(folder: string): Promise<Journal | null> {
  try {
    const text = await readFile(join(folder, NAME), "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(0, end);
    return sha256Hex(body) === text.slice(end + 1).trim() ? (JSON.parse(body) as Journal) : null;
  } catch {
    return null;
  }
}

/** Replaces the journal in one step: a process killed at any moment leaves the old one or the new one. */
export async function writeJournal(folder: string, journal: Journal): Promise<void> {
  const path = join(folder, NAME);
  const temporary = `${path}.tmp`;
  const body = JSON.stringify(journal);
  const file = await open(temporary, "w");
  try {
    await file.writeFile(`${body}\n${sha256Hex(body)}\n`);
    if (journal.boot === null) await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

export async function removeJournal(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
}
