import type { SinkhornOptions } from "@sinqbench/kernels";
import type { ErrorNorm } from "@sinqbench/quantizer";
import { invalidAsinqOption } from "./messages.ts";

/** Settings of A-SINQ beyond the common ones: those of SINQ's normalization, and those of the search. */
export interface AsinqOptions extends Pick<SinkhornOptions, "iterations" | "stepMin" | "stepMax" | "earlyStop"> {
  /** Candidates divide by the size of the column's weights too, as the published code does; equation 6 does not. */
  readonly weightTerm: boolean;
  /** What the search makes small: the mean magnitude of the outputs' differences, or of their squares. */
  readonly norm: ErrorNorm;
}

const published: AsinqOptions = {
  iterations: 16,
  stepMin: 0.7,
  stepMax: 2,
  earlyStop: true,
  weightTerm: true,
  norm: "l1",
};

/** Named settings of A-SINQ. */
export const asinqPresets = {
  /** The published code at 38144fc, which made the paper's results; the default. */
  paper: published,
  /** The paper as it prints it: Algorithm 1 without early stop, and equation 6. */
  "equation-6": { ...published, earlyStop: false, weightTerm: false },
} as const satisfies Readonly<Record<string, AsinqOptions>>;

/** @throws BenchError `invalid-asinq-option` */
export function checkAsinqOptions(options: AsinqOptions): void {
  const { iterations, stepMin, stepMax, earlyStop, weightTerm, norm } = options;
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw invalidAsinqOption("iterations", iterations, "a whole number of at least 1");
  }
  if (!(stepMin >= 1e-6 && stepMin <= 1)) throw invalidAsinqOption("stepMin", stepMin, "a factor from 1e-6 to 1");
  if (!(stepMax >= 1 && stepMax <= 1e6)) throw invalidAsinqOption("stepMax", stepMax, "a factor from 1 to 1e6");
  if (typeof earlyStop !== "boolean") throw invalidAsinqOption("earlyStop", earlyStop, "true or false");
  if (typeof weightTerm !== "boolean") throw invalidAsinqOption("weightTerm", weightTerm, "true or false");
  if (norm !== "l1" && norm !== "l2") throw invalidAsinqOption("norm", norm, "l1 or l2");
}
