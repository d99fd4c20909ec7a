import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process as others can recognize it: a number alone is given to another process later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to the process's start; null where the system does not tell. */
  readonly start: string | null;
  readonly host: string;
  /** The boot and process numbering that `pid` belongs to: two containers may share a disk and a host name. */
  readonly realm: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid), host: hostname(), realm: realm() };
}

/** Whether a process of this realm still runs; null for one of another realm, where nobody can tell from here. */
export function isRunning(process: ProcessIdentity): boolean | null {
  if (process.host !== hostname() || process.realm !== realm()) return null;
  if (!exists(process.pid)) return false;
  const start = startOf(process.pid);
  return start === null || process.start === null || start === process.start;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process exists all the same.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): string | null {
  try {
    // The second field is the command in parentheses, which may hold anything; the start is the 22nd.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function realm(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return process.platform;
  }
}
