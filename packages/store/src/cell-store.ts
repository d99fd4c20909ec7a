import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BenchError } from "@sinqbench/tensor";
import { type Cell, type CellInputs, cellKey } from "./cell.ts";
import { readCellFile, writeCellFile } from "./cell-file.ts";
import { cacheNotWritable, damagedCell } from "./messages.ts";

const EXTENSION = ".safetensors";

/** A cell in the store, as `CellStore.list` finds it. */
export interface StoredCell {
  readonly cell: Cell;
  readonly bytes: number;
  readonly path: string;
}

/**
 * Results by content: a cell is found only by a key that covers all its bits depend on, so nothing stored is ever out of date,
 * and two processes that write the same key write the same bytes.
 */
export class CellStore {
  readonly #folder: string;

  /** @param note takes one line for people when a stored file turns out to be damaged */
  constructor(
    root: string,
    private readonly note: (line: string) => void,
  ) {
    this.#folder = join(root, "cells");
  }

  /** The cell, or null where there is none or a damaged one. */
  async read(inputs: CellInputs): Promise<Cell | null> {
    return this.readKey(cellKey(inputs));
  }

  /** As `read`, by what `cellKey` gave. */
  async readKey(key: string): Promise<Cell | null> {
    const path = this.#path(key);
    return existsSync(path) ? this.#readSound(path, key) : null;
  }

  /** @throws BenchError `disk-full`, `cache-not-writable` */
  async write(cell: Cell): Promise<void> {
    const path = this.#path(cellKey(cell.inputs));
    try {
      await writeCellFile(path, cell);
    } catch (error) {
      throw error instanceof BenchError && error.cause ? cacheNotWritable(path, error.cause) : error;
    }
  }

  /** All sound cells, oldest first. */
  async list(): Promise<StoredCell[]> {
    const cells: (StoredCell & { readonly written: number })[] = [];
    for (const name of await readdir(this.#folder, { recursive: true }).catch(() => [])) {
      if (!name.endsWith(EXTENSION)) continue;
      const path = join(this.#folder, name);
      const key = name.slice(-EXTENSION.length - 64, -EXTENSION.length);
      const about = await stat(path).catch(() => null);
      const cell = about && (await this.#readSound(path, key));
      if (cell) cells.push({ cell, bytes: about.size, path, written: about.mtimeMs });
    }
    return cells.sort((a, b) => a.written - b.written).map(({ written: _, ...cell }) => cell);
  }

  /** Deletes every cell; returns the bytes freed. */
  async clear(): Promise<number> {
    let bytes = 0;
    for (const name of await readdir(this.#folder, { recursive: true }).catch(() => [])) {
      if (name.endsWith(EXTENSION)) bytes += (await stat(join(this.#folder, name))).size;
    }
    await rm(this.#folder, { recursive: true, force: true });
    return bytes;
  }

  async #readSound(path: string, key: string): Promise<Cell | null> {
    try {
      return await readCellFile(path, key);
    } catch (error) {
      // The reader's own advice, to download again, is not for a cell.
      this.note(damagedCell(path, error instanceof BenchError ? "it is not whole" : (error as Error).message));
      return null;
    }
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), `${key}${EXTENSION}`);
  }
}
