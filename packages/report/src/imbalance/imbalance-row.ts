import Papa from "papaparse";
import { imbalanceNotFinite } from "../messages.ts";

/** Imbalance of one linear layer after so many iterations: a line of `results/imbalance/<model>.csv`. */
export interface ImbalanceRow {
  model: string;
  /** Block, from 0. */
  layer: number;
  /** "q", "k", "v", "o", "gate", "up", "down", or what the architecture calls it. */
  type: string;
  tensor: string;
  rows: number;
  cols: number;
  tiling: string;
  /** Columns of a tile in force for this width. */
  tile_cols: number;
  /** Named setting of SINQ: "paper" (with early stop) or "algorithm-1" (without). */
  preset: string;
  iterations: number;
  /** Of the whole matrix. */
  matrix_imbalance: number;
  /** Median over its tiles. */
  tile_imbalance: number;
}

const COLUMNS = [
  "model",
  "layer",
  "type",
  "tensor",
  "rows",
  "cols",
  "tiling",
  "tile_cols",
  "preset",
  "iterations",
  "matrix_imbalance",
  "tile_imbalance",
] as const satisfies readonly (keyof ImbalanceRow)[];

/**
 * Rows as CSV text, imbalances with six digits; the same rows give the same bytes.
 *
 * @throws BenchError `imbalance-not-finite` naming the layer
 */
export function imbalanceCsv(rows: readonly ImbalanceRow[]): string {
  const data = rows.map((row) => {
    for (const name of ["matrix_imbalance", "tile_imbalance"] as const) {
      if (!Number.isFinite(row[name])) throw imbalanceNotFinite(row.model, row.tensor, name);
    }
    return COLUMNS.map((name) => (name.endsWith("_imbalance") ? Number(row[name]).toPrecision(6) : row[name]));
  });
  return `${Papa.unparse({ fields: [...COLUMNS], data }, { newline: "\n" })}\n`;
}
