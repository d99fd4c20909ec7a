import { BenchError } from "@sinqbench/tensor";

/** Second moments that no damping of that size makes invertible. */
export function notPositiveDefinite(damping: number): BenchError {
  return new BenchError(
    "not-positive-definite",
    `The second moments of the layer's inputs are not positive definite with damping ${damping}; give more calibration text or a larger damping.`,
  );
}

/** Finite weights whose rotation is not. */
export function rotationOverflow(method: string): BenchError {
  return new BenchError(
    "aux-overflow",
    `${method}: the sums of the rotated weight exceed float32; scale the weight down before quantizing.`,
  );
}
