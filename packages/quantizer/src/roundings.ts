import type { HqqOptions, RoundScheme } from "@sinqbench/kernels";
import { codebooks } from "./codebooks.ts";

/** Settings of the HQQ solver that do not follow from the request. */
export type HqqSolver = Pick<HqqOptions, "iterations" | "lpNorm" | "beta" | "roundZero" | "keep">;

/** A way to round a group of weights, with or without a normalization before it. */
export interface Rounding {
  readonly scheme: RoundScheme | "hqq";
  readonly levels?: Float32Array;
  /** Present for `hqq`. */
  readonly solver?: HqqSolver;
  readonly bits: readonly number[];
  /** Why it is not defined for other widths, where that is not obvious. */
  readonly bitsNote?: string;
}

const fromTwo = [2, 3, 4, 5, 6, 7, 8] as const;

/** The roundings of the published code; the arithmetic of each is in the kernels. */
export const roundings = {
  /** Round to nearest with a scale and a whole zero point. */
  rtn: { scheme: "asymmetric", bits: fromTwo },
  /** Round to nearest with a scale alone. */
  "rtn-sym": {
    scheme: "symmetric",
    bits: fromTwo.slice(1),
    bitsNote: "its scale |w|max / (2^(bits-1) - 2) would divide by zero",
  },
  /** Nearest NF4 level around the group's mean. */
  nf4: { scheme: "codebook-shift", levels: codebooks.nf4, bits: [4], bitsNote: "its codebook has 16 levels" },
  /** Nearest NF3 level around the group's mean. */
  nf3: { scheme: "codebook-shift", levels: codebooks.nf3, bits: [3], bitsNote: "its codebook has 8 levels" },
  /** Zeros by half-quadratic optimization, the best of 20 steps for every tile. */
  hqq: {
    scheme: "hqq",
    solver: { iterations: 20, lpNorm: 0.7, beta: 10, roundZero: false, keep: "best" },
    bits: fromTwo,
  },
} as const satisfies Readonly<Record<string, Rounding>>;

/** Name of one of the published roundings. */
export type RoundingName = keyof typeof roundings;
