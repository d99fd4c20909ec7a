import { imbalanceNotFinite } from "../messages.ts";
import { columnNames, readTidyCsv, type TidyColumns, tidyCsv } from "../tidy-table.ts";

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

const COLUMNS: TidyColumns<ImbalanceRow> = {
  model: { type: "text" },
  layer: { type: 0 },
  type: { type: "text" },
  tensor: { type: "text" },
  rows: { type: 0 },
  cols: { type: 0 },
  tiling: { type: "text" },
  tile_cols: { type: 0 },
  preset: { type: "text" },
  iterations: { type: 0 },
  matrix_imbalance: { type: { digits: 6 } },
  tile_imbalance: { type: { digits: 6 } },
};

/** Columns of an imbalance file, in order. */
export const IMBALANCE_COLUMN_NAMES = columnNames(COLUMNS);

/**
 * Rows as CSV text, imbalances with six digits; the same rows give the same bytes.
 *
 * @throws BenchError `imbalance-not-finite` naming the layer
 */
export function imbalanceCsv(rows: readonly ImbalanceRow[]): string {
  return tidyCsv(COLUMNS, rows, (row, name, value) => {
    if (!Number.isFinite(value)) throw imbalanceNotFinite(row.model, row.tensor, name);
  });
}

/**
 * Reads what `writeImbalance` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export function readImbalanceCsv(path: string): Promise<ImbalanceRow[]> {
  return readTidyCsv(COLUMNS, path);
}
