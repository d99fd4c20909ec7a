import { availableParallelism } from "node:os";
import { invalidThreads } from "./messages.ts";

/** Threads that the kernels use: those asked for, else every core this process may run on. */
export function kernelThreads(threads?: number): number {
  if (threads === undefined) return availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) throw invalidThreads(threads);
  return threads;
}
