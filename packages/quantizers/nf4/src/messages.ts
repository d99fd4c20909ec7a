import { BenchError } from "@sinqbench/tensor";

/** An option of `nf4` or `fp4` outside its range; `expected` completes "must be". */
export function invalidBlockOption(name: string, value: unknown, expected: string): BenchError {
  return new BenchError("invalid-block-option", `Option ${name} is ${value} and must be ${expected}.`);
}

export function invalidBlockSize(asked: number): BenchError {
  return new BenchError(
    "invalid-group-size",
    `Group size ${asked} is not a block of bitsandbytes; choose a power of two, such as --group-size 64.`,
  );
}
