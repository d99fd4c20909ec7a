import { BenchError } from "@sinqbench/tensor";

/** A weight that is NaN or infinite: nothing sensible can be rounded or normalized around it. */
export function nonFiniteWeight(row: number, col: number, value: number): BenchError {
  return new BenchError(
    "non-finite-weight",
    `Weight at row ${row}, column ${col} is ${value}: quantization needs finite weights; repair or re-export the checkpoint.`,
  );
}

/** An argument that does not describe the arrays it comes with; `problem` says which and how. */
export function invalidKernelArgument(kernel: string, problem: string): BenchError {
  return new BenchError("invalid-kernel-argument", `${kernel}: ${problem}.`);
}

export function unsupportedBits(kernel: string, bits: number, least: number): BenchError {
  return new BenchError(
    "unsupported-bits",
    `${kernel}: ${bits} bits is not supported; choose a whole number from ${least} to 8.`,
  );
}
