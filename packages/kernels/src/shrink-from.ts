import type { HqqOptions } from "./types.ts";

/**
 * A magnitude up to which the shrinkage |d| - |d|^(p-1) / beta of the HQQ solver is surely not positive, by a margin far above
 * float32's errors: one part in a thousand below its root. Most groups lie below it and need no power.
 */
export function shrinkFrom({ lpNorm, beta }: Pick<HqqOptions, "lpNorm" | "beta">): number {
  return Math.fround(0.999 * beta ** (-1 / (2 - lpNorm)));
}
