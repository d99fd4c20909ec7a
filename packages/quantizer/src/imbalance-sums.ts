import type { SinkhornOptions, SinkhornScales } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";

/** A variance below this share of the mean square has lost too many bits to cancellation. */
const CANCELLATION = 2 ** -20;
/** As in `matrixImbalance`. */
const FLOOR = 1e-12;

/** Imbalance of a normalized matrix and of its tiles. */
export interface Imbalances {
  readonly matrix: number;
  readonly tiles: readonly number[];
}

/**
 * Imbalance of W / t / u and of its tiles in one pass over W, from sums and sums of squares in float64: the same numbers as
 * `matrixImbalance` and `tileImbalances` of the normalized matrix to about ten digits, ten times as fast.
 *
 * @returns undefined where a line's mean is so far above its spread that two passes are needed
 */
export function imbalancesFromSums(
  { rows, cols, data }: Matrix,
  { rowScale, columnScale }: SinkhornScales,
  { tileRows, tileCols }: SinkhornOptions,
): Imbalances | undefined {
  const across = cols / tileCols;
  const whole = new Extremes();
  const tiles: number[] = [];
  const columnSum = new Float64Array(cols);
  const columnSquare = new Float64Array(cols);
  for (let top = 0, band = 0; top < rows; top += tileRows, band += cols) {
    const height = Math.min(tileRows, rows - top);
    const own = Array.from({ length: across }, () => new Extremes());
    const bandSum = new Float64Array(cols);
    const bandSquare = new Float64Array(cols);
    for (let i = top; i < top + height; i++) {
      let rowSum = 0;
      let rowSquare = 0;
      for (let tile = 0; tile < across; tile++) {
        const scale = rowScale[i * across + tile];
        let sum = 0;
        let square = 0;
        for (let j = tile * tileCols, end = j + tileCols; j < end; j++) {
          const m = Math.fround(Math.fround(data[i * cols + j] / columnScale[band + j]) / scale);
          const squared = m * m;
          sum += m;
          square += squared;
          bandSum[j] += m;
          bandSquare[j] += squared;
        }
        own[tile].add(sum, square, tileCols);
        rowSum += sum;
        rowSquare += square;
      }
      whole.add(rowSum, rowSquare, cols);
    }
    for (let j = 0; j < cols; j++) {
      own[Math.floor(j / tileCols)].add(bandSum[j], bandSquare[j], height);
      columnSum[j] += bandSum[j];
      columnSquare[j] += bandSquare[j];
    }
    if (own.some((tile) => tile.cancelled)) return undefined;
    tiles.push(...own.map((tile) => tile.imbalance));
  }
  for (let j = 0; j < cols; j++) whole.add(columnSum[j], columnSquare[j], rows);
  return whole.cancelled ? undefined : { matrix: whole.imbalance, tiles };
}

/** Smallest and largest variance of lines given by their sums. */
class Extremes {
  #low = Number.POSITIVE_INFINITY;
  #high = 0;
  cancelled = false;

  add(sum: number, square: number, count: number): void {
    if (count < 2) return;
    const spread = square - (sum * sum) / count;
    if (square > 0 && spread < square * CANCELLATION) this.cancelled = true;
    const variance = spread / (count - 1);
    if (variance < this.#low) this.#low = variance;
    if (variance > this.#high) this.#high = variance;
  }

  get imbalance(): number {
    return this.#high === 0 ? 1 : Math.sqrt(this.#high) / Math.max(Math.sqrt(this.#low), FLOOR);
  }
}
