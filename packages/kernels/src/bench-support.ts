import { buildNative } from "./native/build.ts";
import { openLibrary } from "./native/library.ts";
import type { Kernels } from "./types.ts";

/** Seconds of the fastest of several runs; `prepare` runs before each and is not counted. */
export function fastest(run: () => void, repeats: number, prepare?: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < Math.max(1, repeats); i++) {
    prepare?.();
    const start = process.hrtime.bigint();
    run();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
  }
  return best;
}

/** Near-normal values (sum of four uniforms) from a fixed linear congruential sequence. */
export function normalValues(count: number): Float32Array {
  const values = new Float32Array(count);
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296 - 0.5;
  };
  for (let i = 0; i < count; i++) values[i] = 0.035 * (uniform() + uniform() + uniform() + uniform());
  return values;
}

/** A copy as the kernels of this kind would make it: those of C++ with their threads. */
export function copier(id: Kernels["id"], threads: number): (from: Float32Array, to: Float32Array) => void {
  const path = id === "cpu" ? buildNative().library : null;
  if (!path) return (from, to) => to.set(from);
  const library = openLibrary(path);
  return (from, to) => library.call("kernels_copy", from, to, from.length, threads);
}
