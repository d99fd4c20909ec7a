import { readFileSync } from "node:fs";

/** Name of the time since the machine was last started; null where the system has none. */
export function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}
