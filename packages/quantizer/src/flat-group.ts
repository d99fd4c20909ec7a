import type { Matrix } from "@sinqbench/tensor";
import { flatGroupDoesNotFit } from "./messages.ts";

/**
 * Group size of groups that run on across rows: the requested one, which must divide the number of weights, as the HQQ library
 * asks.
 *
 * @throws BenchError `group-does-not-fit`
 */
export function flatGroup({ rows, cols }: Matrix, requested: number): number {
  if ((rows * cols) % requested !== 0) throw flatGroupDoesNotFit(rows, cols, requested);
  return requested;
}
