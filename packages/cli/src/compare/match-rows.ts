import type { ResultRow } from "@sinqbench/report";

/** What makes two rows the same cell of a table. */
const IDENTITY = [
  "model",
  "method",
  "bits",
  "group_size",
  "tiling",
  "aux",
  "options",
  "calibration",
  "dataset",
  "protocol",
  "tokens_sha256",
] as const satisfies readonly (keyof ResultRow)[];

/** Two rows that are the same cell, by their places in their files. */
export interface RowPair {
  readonly a: number;
  readonly b: number;
}

/** Pairs of rows that are the same cell, in the order of `a`. */
export function matchRows(a: readonly ResultRow[], b: readonly ResultRow[]): RowPair[] {
  const places = new Map(b.map((row, i) => [identity(row), i]));
  return a.flatMap((row, i) => {
    const place = places.get(identity(row));
    return place === undefined ? [] : [{ a: i, b: place }];
  });
}

function identity(row: ResultRow): string {
  return JSON.stringify(IDENTITY.map((name) => row[name]));
}
