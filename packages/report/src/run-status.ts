import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@sinqbench/tensor";
import { modelSlug } from "./model-slug.ts";

/** A cell of a running experiment. */
export interface CellStatus {
  readonly method: string;
  readonly bits: number;
  /** What tells it from other cells of the same method and bits, where there are any. */
  readonly settings?: string;
  readonly dataset: string;
  readonly state: "done" | "running" | "waiting";
  /** Of a cell that is done. */
  readonly perplexity: number | null;
}

/** What a running experiment shows to those who watch it: `results/<experiment>/<model>.status.json`. */
export interface RunStatus {
  readonly format: 1;
  readonly experiment: string;
  readonly model: string;
  /** Process that writes it. */
  readonly pid: number;
  /** ISO 8601. */
  readonly started: string;
  readonly updated: string;
  /** Share of the work that is done, 0 to 1. */
  readonly done: number;
  /** What is being worked on: "block 12 of 28". */
  readonly step: string;
  readonly seconds_left: number | null;
  readonly cells: readonly CellStatus[];
}

/** Names of status files end so. */
export const STATUS_SUFFIX = ".status.json";

/** Where the status of a model's run lies in its experiment's folder of results. */
export function statusPath(dir: string, model: string): string {
  return join(dir, `${modelSlug(model)}${STATUS_SUFFIX}`);
}

/** Writes a run's status, whole or not at all; call it at most about once a second. */
export function writeRunStatus(dir: string, status: RunStatus): Promise<void> {
  return writeFileAtomic(statusPath(dir, status.model), `${JSON.stringify(status)}\n`);
}

/** Removes a run's status: its files are written, or it has ended without them. */
export function removeRunStatus(dir: string, model: string): Promise<void> {
  return rm(statusPath(dir, model), { force: true });
}

/** A run's status; undefined where there is none, or none of this format. Watching must not fail for what is half there. */
export async function readRunStatus(path: string): Promise<RunStatus | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const status = JSON.parse(text) as Partial<RunStatus> | null;
    return status?.format === 1 && typeof status.done === "number" && Array.isArray(status.cells)
      ? (status as RunStatus)
      : undefined;
  } catch {
    return undefined;
  }
}
