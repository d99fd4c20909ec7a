import { BenchError } from "@sinqbench/tensor";

const OUTAGES = ["hub-unreachable", "hub-failed", "hub-busy"];

/** Whether the hub gave no answer, so that what it answered last may stand for it. */
export function isOutage(error: unknown): error is BenchError {
  return error instanceof BenchError && OUTAGES.includes(error.code);
}
