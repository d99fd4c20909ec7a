import { BenchError } from "@sinqbench/tensor";

/** An option of SINQ outside its range; `expected` completes "must be". */
export function invalidSinqOption(name: string, value: unknown, expected: string): BenchError {
  return new BenchError("invalid-sinq-option", `SINQ option ${name} is ${value} and must be ${expected}.`);
}
