import { distinct } from "../table-lines.ts";
import type { ImbalanceRow } from "./imbalance-row.ts";

/** What an imbalance is of. */
export type ImbalanceOf = "tile" | "matrix";

/** Median and quartiles over the blocks of a model. */
export interface ImbalanceSpread {
  readonly of: ImbalanceOf;
  readonly type: string;
  readonly preset: string;
  readonly iterations: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Layer types in the order of a block; others follow as they come. */
const ORDER = [
  ...["q", "q_a", "q_b", "qkv", "k", "v", "kv_a", "kv_b", "o", "gate", "up", "gate_up", "down"],
  ...["shared gate", "shared up", "shared down", "expert gate", "expert up", "expert down"],
];

/** The layer types of rows, in the order of a block. */
export function imbalanceTypes(rows: readonly ImbalanceRow[]): string[] {
  const types = distinct(rows.map((row) => row.type));
  return [...ORDER.filter((type) => types.includes(type)), ...types.filter((type) => !ORDER.includes(type))];
}

/** One spread for every layer type, preset and number of iterations, of tiles and of whole matrices. */
export function imbalanceSpreads(rows: readonly ImbalanceRow[]): ImbalanceSpread[] {
  const groups = new Map<string, ImbalanceRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.type, row.preset, row.iterations]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return (["tile", "matrix"] as const).flatMap((of) =>
    [...groups.values()].map((group) => {
      const values = group.map((row) => row[`${of}_imbalance`]).sort((a, b) => a - b);
      const [{ type, preset, iterations }] = group;
      const [low, median, high] = [0.25, 0.5, 0.75].map((share) => Number(quantile(values, share).toPrecision(6)));
      return { of, type, preset, iterations, median, low, high };
    }),
  );
}

/** Quantile of ascending values, interpolated between neighbours (numpy's default). */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}
