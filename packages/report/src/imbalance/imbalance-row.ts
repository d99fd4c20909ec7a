import { readFile } from "node:fs/promises";
import Papa from "papaparse";
import { damagedTable, imbalanceNotFinite, unreadableTable, wrongColumns } from "../messages.ts";

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

/** Columns of an imbalance file, in order. */
export const IMBALANCE_COLUMN_NAMES = [
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
    return IMBALANCE_COLUMN_NAMES.map((name) =>
      name.endsWith("_imbalance") ? Number(row[name]).toPrecision(6) : row[name],
    );
  });
  return `${Papa.unparse({ fields: [...IMBALANCE_COLUMN_NAMES], data }, { newline: "\n" })}\n`;
}

const TEXT: readonly (keyof ImbalanceRow)[] = ["model", "type", "tensor", "tiling", "preset"];

/**
 * Reads what `writeImbalance` wrote.
 *
 * @throws BenchError `unreadable-results`, `wrong-columns`, or `damaged-results` naming the line
 */
export async function readImbalanceCsv(path: string): Promise<ImbalanceRow[]> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadableTable(path, cause);
  });
  const [header = [], ...lines] = Papa.parse<string[]>(text.replace(/\r?\n$/, ""), { delimiter: "," }).data;
  if (header.join() !== IMBALANCE_COLUMN_NAMES.join()) throw wrongColumns(path, IMBALANCE_COLUMN_NAMES, header);
  return lines.map((fields, i) => parseRow(path, i + 2, fields));
}

function parseRow(path: string, line: number, fields: readonly string[]): ImbalanceRow {
  if (fields.length !== IMBALANCE_COLUMN_NAMES.length) {
    throw damagedTable(path, line, `${fields.length} fields where the header has ${IMBALANCE_COLUMN_NAMES.length}`);
  }
  const entries = IMBALANCE_COLUMN_NAMES.map((name, i) => {
    if (fields[i] === "") throw damagedTable(path, line, `${name} is empty`);
    if (TEXT.includes(name)) return [name, fields[i]];
    const value = Number(fields[i]);
    if (!Number.isFinite(value))
      throw damagedTable(path, line, `${name} is ${JSON.stringify(fields[i])}, not a number`);
    return [name, value];
  });
  return Object.fromEntries(entries) as unknown as ImbalanceRow;
}
