import { isAbsolute, relative, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Kernels } from "@sinqbench/kernels";
import type { Io } from "./io.ts";

export const NOTHING_WRITTEN = "nothing was written";

/** One run of one command: its streams, and what an interruption should say was kept. */
export class Session {
  /** Said after Ctrl-C; a command that has finished a part of its work says which. */
  kept = NOTHING_WRITTEN;
  /** Said after it while a command works on what it can continue: how to go on, and where. */
  continues: string | undefined;
  /** What --kernels says; the fastest there are if nothing. */
  kernels: Kernels["id"] | undefined;
  constructor(readonly io: Io) {}

  /** One line of result on stdout. */
  print(line: string): void {
    this.io.stdout.write(`${line}\n`);
  }

  /** One line for people on stderr. */
  note(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  /** A path of the command line, absolute. */
  path(path: string): string {
    return resolve(this.io.cwd, path);
  }

  /** A path as people read it: relative where it lies below the folder they are in. */
  shown(path: string): string {
    const below = relative(this.io.cwd, path);
    return below === "" || below.startsWith("..") || isAbsolute(below) ? path : below;
  }

  /** Lets a pending Ctrl-C through between two long synchronous steps, and throws when there was one. */
  async breathe(): Promise<void> {
    await setImmediate();
    this.io.signal.throwIfAborted();
  }
}
