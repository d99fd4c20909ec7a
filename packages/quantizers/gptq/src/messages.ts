import { BenchError } from "@sinqbench/tensor";

/** Second moments that no damping of that size makes invertible. */
export function notPositiveDefinite(damping: number): BenchError {
  return new BenchError(
    "not-positive-definite",
    `The second moments of the layer's inputs are not positive definite with damping ${damping}; give more calibration text or a larger damping.`,
  );
}

/** A weight that is NaN or infinite; the kernels say the same of theirs. */
export function nonFiniteWeight(row: number, col: number, value: number): BenchError {
  return new BenchError(
    "non-finite-weight",
    `Weight at row ${row}, column ${col} is ${value}: quantization needs finite weights; repair or re-export the checkpoint.`,
  );
}
