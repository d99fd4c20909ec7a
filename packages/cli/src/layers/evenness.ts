import { type Encoded, loadAux, tileImbalances } from "@sinqbench/quantizer";
import { type Matrix, median } from "@sinqbench/tensor";
import { medianKurtosis } from "./line-fit.ts";

/** The weight divided by its second scale, where it has one: what the groups are rounded from, up to each one's own factor. */
export function beforeRounding({ rows, cols, data }: Matrix, encoded: Encoded): Float32Array {
  if (!encoded.columnScale) return data;
  const { columnScaleRows: height = rows } = encoded;
  const scale = loadAux(encoded.columnScale);
  return data.map((value, i) => value / scale[Math.floor(i / (cols * height)) * cols + (i % cols)]);
}

/** How even the groups are that a method rounds. */
export interface Evenness {
  /**
   * Largest over smallest standard deviation of rows and columns, median over tiles of all rows by one group. Rows of a tile
   * are first brought to deviation 1, as the scale that every group has of its own would: what is left is what no method can
   * have for nothing.
   */
  readonly imbalance: number;
  /** Pearson's kurtosis (3: normal) of the groups, their median. */
  readonly kurtosis: number;
}

/** @param rounded float32 [rows, cols], for example of `beforeRounding` */
export function evenness(rounded: Float32Array, rows: number, cols: number, group: number): Evenness {
  const data = rounded.slice();
  for (let start = 0; start < data.length; start += group) {
    const own = data.subarray(start, start + group);
    const mean = own.reduce((sum, value) => sum + value, 0) / group;
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (group - 1));
    if (deviation > 0) for (const [i, value] of own.entries()) own[i] = value / deviation;
  }
  return {
    imbalance: median(tileImbalances({ rows, cols, data }, { tileRows: rows, tileCols: group })),
    kurtosis: medianKurtosis(rounded, group),
  };
}
