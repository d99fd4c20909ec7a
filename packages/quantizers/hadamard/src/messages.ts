import { BenchError } from "@sinqbench/tensor";

/** Finite weights whose rotation is not. */
export function rotationOverflow(method: string): BenchError {
  return new BenchError(
    "aux-overflow",
    `${method}: the sums of the rotated weight exceed float32; scale the weight down before quantizing.`,
  );
}
