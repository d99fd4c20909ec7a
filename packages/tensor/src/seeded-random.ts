import { xoshiro128 } from "./xoshiro128.ts";

/** Repeatable pseudo-random numbers. */
export interface SeededRandom {
  /** Whole number in [0, 2^32). */
  uint32(): number;
  /** Number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** Whole number in [0, bound); `bound` at most 2^32. */
  integer(bound: number): number;
  /** Standard normal variate. */
  normal(): number;
  /** Fills `out` with normal variates of the given deviation and mean, and returns it. */
  fillNormal(out: Float32Array, deviation?: number, mean?: number): Float32Array;
}

/**
 * `xoshiro128`, its state expanded from `seed` by splitmix32; normals by Marsaglia's polar
 * method. The same seed gives the same numbers on every machine.
 *
 * @param seed whole number; its low 32 bits count
 */
export function seededRandom(seed: number): SeededRandom {
  let expanding = seed >>> 0;
  const expand = () => {
    expanding = (expanding + 0x9e3779b9) | 0;
    let z = expanding;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  const uint32 = xoshiro128(expand(), expand(), expand(), expand());
  let spare = Number.NaN;

  const uniform = () => ((uint32() >>> 5) * 0x4000000 + (uint32() >>> 6)) / 0x20000000000000;
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    spare = y * factor;
    return x * factor;
  };
  return {
    uint32,
    uniform,
    normal,
    // 53 bits against at most 32: the bias is below 2^-21.
    integer: (bound) => Math.floor(uniform() * bound),
    fillNormal(out, deviation = 1, mean = 0) {
      for (let i = 0; i < out.length; i++) out[i] = mean + deviation * normal();
      return out;
    },
  };
}
