import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";
import { decode } from "../decode.ts";
import type { AuxPrecision, Encoded, QuantizeConfig, Quantizer, Tiling } from "../types.ts";

/** One named property that a quantizer has or has not; `run` throws an AssertionError that says what is wrong. */
export interface ConformanceCheck {
  readonly name: string;
  readonly run: () => void;
}

/** What a check works on: one quantizer with one way of storing and tiling. */
export interface Subject {
  readonly quantizer: Quantizer;
  readonly aux: AuxPrecision;
  readonly tiling: Tiling;
  readonly kernels: Kernels;
  /** Other implementations, or the same with other thread counts. */
  readonly others: readonly Kernels[];
}

export interface Trial {
  readonly encoded: Encoded;
  readonly decoded: Float32Array;
}

/** Group size that the checks ask for unless they are about groups. */
export const GROUP = 32;

export function configOf(subject: Subject, bits: number): QuantizeConfig {
  return { bits, groupSize: GROUP, tiling: subject.tiling, aux: subject.aux };
}

/** Quantizes and decodes a matrix. */
export function attempt(subject: Subject, weight: Matrix, bits: number, kernels = subject.kernels): Trial {
  const encoded = subject.quantizer.quantize(weight, configOf(subject, bits), { kernels });
  return { encoded, decoded: decode(encoded, kernels) };
}
