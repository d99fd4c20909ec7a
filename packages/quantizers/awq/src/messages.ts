import { BenchError } from "@sinqbench/tensor";

/** An option of AWQ outside its range; `expected` completes "must be". */
export function invalidAwqOption(name: string, value: unknown, expected: string): BenchError {
  return new BenchError("invalid-awq-option", `AWQ option ${name} is ${value} and must be ${expected}.`);
}
