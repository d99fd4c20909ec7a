import { cpus } from "node:os";

/** What the processor calls itself. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || "unknown processor";
}
