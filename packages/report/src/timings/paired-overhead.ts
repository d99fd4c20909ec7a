import { median } from "@sinqbench/tensor";

/** How much longer one of two things takes than the other. */
export interface Overhead {
  /** Median over pairs of with / without - 1. */
  readonly median: number;
  /** Ends of an interval that holds the true median in at least 95 of 100 cases, whatever the distribution; of fewer than six pairs all. */
  readonly low: number;
  readonly high: number;
}

/** The paired overhead of times that were taken in turns; the interval is that of order statistics (the sign test). */
export function pairedOverhead(plain: readonly number[], scaled: readonly number[]): Overhead {
  const ratios = plain.map((seconds, i) => scaled[i] / seconds - 1).sort((a, b) => a - b);
  const skipped = signTestRank(ratios.length);
  return { median: median(ratios), low: ratios[skipped], high: ratios[ratios.length - 1 - skipped] };
}

/** Most of n sorted values that may be left out at either end: a fair coin shows so few heads with a chance of 2.5 % at most. */
function signTestRank(n: number): number {
  let logChance = n * Math.log(0.5);
  let sum = Math.exp(logChance);
  let heads = 0;
  while (sum <= 0.025) {
    heads++;
    logChance += Math.log((n - heads + 1) / heads);
    sum += Math.exp(logChance);
  }
  return Math.max(0, heads - 1);
}
