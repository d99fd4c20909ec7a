import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Io } from "../io.ts";
import { run } from "../run.ts";

export interface Captured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Lines of stderr. */
  readonly notes: readonly string[];
}

/** A cache of the spec file's own: results of an earlier run must not stand in for those of the code under test. */
const cache = mkdtempSync(join(tmpdir(), "sinqbench-cli-cache-"));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

/** Runs one command line in this process and keeps what it says. */
export async function runCaptured(argv: readonly string[], io: Partial<Io> = {}): Promise<Captured> {
  let out = "";
  let err = "";
  const code = await run(argv, {
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    ...io,
    // No spec reaches the network; those of the hub name a stand-in.
    env: { SINQBENCH_CACHE: cache, HF_HOME: join(cache, "hub"), HF_HUB_OFFLINE: "1", ...io.env },
  });
  return { code, out, err, notes: err.split("\n").slice(0, -1) };
}
