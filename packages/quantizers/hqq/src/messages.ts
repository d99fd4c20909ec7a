import { BenchError } from "@sinqbench/tensor";

/** An option of HQQ outside its range; `expected` completes "must be". */
export function invalidHqqOption(name: string, value: unknown, expected: string): BenchError {
  return new BenchError("invalid-hqq-option", `HQQ option ${name} is ${value} and must be ${expected}.`);
}
