import type { Kernels } from "@sinqbench/kernels";
import { type Matrix, seededRandom } from "@sinqbench/tensor";
import { decode } from "../decode.ts";
import { activationStatistics } from "../statistics/activation-statistics.ts";
import type {
  AuxPrecision,
  Encoded,
  LayerStatistics,
  QuantizeConfig,
  QuantizeContext,
  Quantizer,
  Tiling,
} from "../types.ts";

/** One named property that a quantizer has or has not; `run` throws an AssertionError that says what is wrong, or its promise does. */
export interface ConformanceCheck {
  readonly name: string;
  /** Throws, or rejects, where the property does not hold. */
  readonly run: () => void | Promise<void>;
}

/** What a check works on: one quantizer with one way of storing and tiling. */
export interface Subject {
  readonly quantizer: Quantizer;
  readonly aux: AuxPrecision;
  readonly tiling: Tiling;
  readonly kernels: Kernels;
  /** Other implementations, or the same with other thread counts. */
  readonly others: readonly Kernels[];
  /** Statistics of made-up inputs by width, each made once. */
  readonly statistics: Map<number, LayerStatistics>;
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

/** Tokens of the made-up inputs: several for every column, so that second moments have full rank. */
const TOKENS = 768;
/** Sample rows at most: a search that measures errors on them takes a time in proportion. */
const SAMPLE_ROWS = 32;

/** What a quantizer is given for a weight of that width: kernels, and statistics of made-up inputs if it needs any. */
export function contextOf(subject: Subject, cols: number, kernels = subject.kernels): QuantizeContext {
  const { needs } = subject.quantizer;
  if (!needs) return { kernels };
  let statistics = subject.statistics.get(cols);
  if (!statistics) {
    const rows = needs.rows && Math.min(needs.rows, SAMPLE_ROWS);
    statistics = activationStatistics(madeUpInputs(cols), { ...needs, ...(rows && { rows }) });
    subject.statistics.set(cols, statistics);
  }
  return { kernels, statistics };
}

/** Normal inputs, columns of different size. */
function madeUpInputs(cols: number): Matrix {
  const data = seededRandom(6).fillNormal(new Float32Array(TOKENS * cols));
  for (let i = 0; i < data.length; i++) data[i] *= 1 + 0.5 * Math.sin(i % cols);
  return { rows: TOKENS, cols, data };
}

/** Quantizes and decodes a matrix. */
export function attempt(subject: Subject, weight: Matrix, bits: number, kernels = subject.kernels): Trial {
  const encoded = subject.quantizer.quantize(weight, configOf(subject, bits), contextOf(subject, weight.cols, kernels));
  return { encoded, decoded: decode(encoded, kernels) };
}
