import { BenchError } from "@sinqbench/tensor";

/** An option of A-SINQ outside its range; `expected` completes "must be". */
export function invalidAsinqOption(name: string, value: unknown, expected: string): BenchError {
  return new BenchError("invalid-asinq-option", `A-SINQ option ${name} is ${value} and must be ${expected}.`);
}
