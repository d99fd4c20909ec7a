import type { Io } from "../io.ts";
import { run } from "../run.ts";

export interface Captured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Lines of stderr. */
  readonly notes: readonly string[];
}

/** Runs one command line in this process and keeps what it says. */
export async function runCaptured(argv: readonly string[], io: Partial<Io> = {}): Promise<Captured> {
  let out = "";
  let err = "";
  const code = await run(argv, {
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    env: {},
    ...io,
  });
  return { code, out, err, notes: err.split("\n").slice(0, -1) };
}
