import { laneTree } from "./numeric.ts";

const f = Math.fround;
/** A variance below this share of the mean square has lost too many bits to cancellation: it is taken again in two passes. */
const CANCELLATION = 2 ** -20;

/** A tile, its scales so far, and the standard deviations of the normalized tile's rows and columns. */
export interface TileState {
  readonly rows: number;
  readonly cols: number;
  /** Row-major copy of the weights. */
  readonly weight: Float32Array;
  readonly rowScale: Float32Array;
  readonly columnScale: Float32Array;
  readonly rowStd: Float32Array;
  readonly columnStd: Float32Array;
}

/**
 * Unbiased standard deviations of every row and column of M = weight / columnScale / rowScale, rounded to float32.
 *
 * M is float32, each division rounded once, as in the published code; sums and sums of squares are double. A row's sums run
 * in eight lanes (column mod 8) joined by `laneTree`; a column's run down the rows. Lines of one element are left at 0.
 */
export function lineStatistics(tile: TileState): void {
  const { rows, cols, weight, rowScale, columnScale, rowStd, columnStd } = tile;
  const columnSum = new Float64Array(cols);
  const columnSquare = new Float64Array(cols);
  const laneSum = new Float64Array(8);
  const laneSquare = new Float64Array(8);
  for (let i = 0; i < rows; i++) {
    const r = rowScale[i];
    laneSum.fill(0);
    laneSquare.fill(0);
    for (let j = 0; j < cols; j++) {
      const m = f(f(weight[i * cols + j] / columnScale[j]) / r);
      const square = m * m;
      laneSum[j & 7] += m;
      laneSquare[j & 7] += square;
      columnSum[j] += m;
      columnSquare[j] += square;
    }
    if (cols > 1) {
      const std = stdFromSums(laneTree(laneSum), laneTree(laneSquare), cols);
      rowStd[i] = std >= 0 ? std : twoPassStd(tile, i, 0, 0, 1, cols);
    }
  }
  if (rows === 1) return;
  for (let j = 0; j < cols; j++) {
    const std = stdFromSums(columnSum[j], columnSquare[j], rows);
    columnStd[j] = std >= 0 ? std : twoPassStd(tile, 0, j, 1, 0, rows);
  }
}

/** Standard deviation of n values from their sum and sum of squares; -1 where cancellation left too little of it. */
function stdFromSums(sum: number, square: number, n: number): number {
  const spread = square - sum * sum * (1 / n);
  return spread >= square * CANCELLATION ? f(Math.sqrt(spread * (1 / (n - 1)))) : -1;
}

/** The same for the n elements of M from (i, j) on in steps of (down, right), about their mean; a constant line gives 0. */
function twoPassStd(tile: TileState, i: number, j: number, down: number, right: number, n: number): number {
  const { cols, weight, rowScale, columnScale } = tile;
  const element = (k: number) => {
    const row = i + k * down;
    const col = j + k * right;
    return f(f(weight[row * cols + col] / columnScale[col]) / rowScale[row]);
  };
  let sum = 0;
  for (let k = 0; k < n; k++) sum += element(k);
  const mean = sum / n;
  let square = 0;
  for (let k = 0; k < n; k++) square += (element(k) - mean) * (element(k) - mean);
  return f(Math.sqrt(square / (n - 1)));
}
