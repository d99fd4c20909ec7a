import { endRun } from "./end-run.ts";
import type { Io, Output } from "./io.ts";
import { createProgram } from "./program.ts";
import { Session } from "./session.ts";

/**
 * Runs one command line and returns its exit code: 0, 1 (the work failed), 2 (the command line cannot be run as typed)
 * or 128 + signal number. Never throws and never exits the process.
 */
export async function run(
  argv: readonly string[],
  io: { readonly stdout: Output; readonly stderr: Output } & Partial<Io>,
): Promise<number> {
  const session = new Session({ env: process.env, cwd: process.cwd(), signal: new AbortController().signal, ...io });
  // `pnpm exp -- list` is how npm users type it; pnpm hands the dashes on.
  const words = argv[0] === "--" ? argv.slice(1) : argv;
  try {
    await createProgram(session).parseAsync(words.length === 0 ? ["--help"] : [...words], { from: "user" });
    return 0;
  } catch (error) {
    return endRun(error, session);
  }
}
