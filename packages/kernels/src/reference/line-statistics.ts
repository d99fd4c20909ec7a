import { laneTree } from "./numeric.ts";

const f = Math.fround;
/** Rows whose float32 column sums are taken together before they join a double. */
const ROW_CHUNK = 32;
/** Columns whose float32 row sums are taken together before they join a double; eight lanes of eight. */
const COLUMN_CHUNK = 64;
/** A variance below this share of the mean square has lost too many bits to cancellation: it is taken again in two passes. */
const CANCELLATION = 1 / 64;

/** A tile, its scales so far, and the standard deviations of the scaled tile's rows and columns. */
export interface TileState {
  readonly rows: number;
  readonly cols: number;
  /** Row-major copy of the weights. */
  readonly weight: Float32Array;
  /** 1 / row scale and 1 / column scale. */
  readonly rowFactor: Float32Array;
  readonly columnFactor: Float32Array;
  readonly rowStd: Float32Array;
  readonly columnStd: Float32Array;
}

/**
 * Unbiased standard deviations of every row and column of weight * rowFactor * columnFactor, without forming that product:
 * a row's factor is taken out of its own sum, and so is a column's.
 *
 * Row sums: chunks of 64 columns, in each eight float32 lanes (column mod 8) joined by `laneTree`; chunks join in double.
 * Column sums: chunks of 32 rows added in order in float32; chunks join in double. Lines of one element are left at 0.
 */
export function lineStatistics(tile: TileState): void {
  const { rows, cols, weight, rowFactor, columnFactor, rowStd, columnStd } = tile;
  const columnSum = new Float64Array(cols);
  const columnSquare = new Float64Array(cols);
  const chunkSum = new Float32Array(cols);
  const chunkSquare = new Float32Array(cols);
  const laneSum = new Float32Array(8);
  const laneSquare = new Float32Array(8);
  for (let i = 0; i < rows; i++) {
    const r = rowFactor[i];
    let rowSum = 0;
    let rowSquare = 0;
    for (let start = 0; start < cols; start += COLUMN_CHUNK) {
      const end = Math.min(start + COLUMN_CHUNK, cols);
      laneSum.fill(0);
      laneSquare.fill(0);
      for (let j = start; j < end; j++) {
        const w = weight[i * cols + j];
        const x = f(w * columnFactor[j]);
        const y = f(w * r);
        const lane = j & 7;
        laneSum[lane] += x;
        laneSquare[lane] += f(x * x);
        chunkSum[j] += y;
        chunkSquare[j] += f(y * y);
      }
      rowSum += laneTree(laneSum);
      rowSquare += laneTree(laneSquare);
    }
    if (cols > 1) rowStd[i] = f(lineStd(rowSum, rowSquare, weight, i * cols, 1, cols, columnFactor) * r);
    if ((i + 1) % ROW_CHUNK === 0 || i + 1 === rows) {
      for (let j = 0; j < cols; j++) {
        columnSum[j] += chunkSum[j];
        columnSquare[j] += chunkSquare[j];
      }
      chunkSum.fill(0);
      chunkSquare.fill(0);
    }
  }
  if (rows === 1) return;
  for (let j = 0; j < cols; j++) {
    const std = lineStd(columnSum[j], columnSquare[j], weight, j, cols, rows, rowFactor);
    columnStd[j] = f(std * columnFactor[j]);
  }
}

/** Standard deviation of weight[first + k * stride] * factor[k] for k < n from its sum and sum of squares, where they suffice. */
function lineStd(
  sum: number,
  square: number,
  weight: Float32Array,
  first: number,
  stride: number,
  n: number,
  factor: Float32Array,
): number {
  const spread = square - sum * sum * (1 / n);
  if (spread >= square * CANCELLATION && square <= 1e38) return f(Math.sqrt(f(spread * (1 / (n - 1)))));
  return twoPassStd(weight, first, stride, n, factor);
}

/** In double: exact enough for a line whose mean is large against its spread; a constant line gives 0. */
function twoPassStd(weight: Float32Array, first: number, stride: number, n: number, factor: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += f(weight[first + k * stride] * factor[k]);
  const mean = sum / n;
  let square = 0;
  for (let k = 0; k < n; k++) {
    const d = f(weight[first + k * stride] * factor[k]) - mean;
    square += d * d;
  }
  return f(Math.sqrt(square / (n - 1)));
}
