import { BenchError } from "@sinqbench/tensor";

export function invalidBlockSize(asked: number): BenchError {
  return new BenchError(
    "invalid-group-size",
    `Group size ${asked} is not a block of bitsandbytes; choose a power of two, such as --group-size 64.`,
  );
}
