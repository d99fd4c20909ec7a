import { BenchError } from "@sinqbench/tensor";
import { CommanderError } from "commander";
import { Interruption } from "./io.ts";
import { NOTHING_WRITTEN, type Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

/** Says why a command ended early, in one line on stderr, and returns its exit code. */
export function endRun(error: unknown, session: Session): number {
  const { signal, env } = session.io;
  // Whatever an aborted run threw on its way out, the reason is the abort.
  if (signal.aborted && signal.reason instanceof Interruption) {
    if (signal.reason.signalName !== "SIGPIPE") session.note(`interrupted: ${whatIsLeft(session)}`);
    return signal.reason.exitCode;
  }
  // commander has already printed its line, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (env.SINQBENCH_DEBUG && error instanceof Error) session.note(error.stack ?? String(error));
  if (error instanceof BenchError) {
    session.note(`error: ${oneLine(error.message)}`);
    return error instanceof UsageError ? 2 : 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = env.SINQBENCH_DEBUG ? "" : " (unexpected; SINQBENCH_DEBUG=1 shows where)";
  session.note(`error: ${oneLine(message)}${hint}`);
  return 1;
}

function whatIsLeft({ kept, continues }: Session): string {
  if (continues === undefined) return kept;
  return kept === NOTHING_WRITTEN ? continues : `${kept}; ${continues}`;
}

function oneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, " ");
}
