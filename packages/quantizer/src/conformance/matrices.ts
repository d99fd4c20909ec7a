import { type Matrix, seededRandom } from "@sinqbench/tensor";

/** Normal weights of deviation 0.05, as a trained layer's are. */
export function gaussian(rows: number, cols: number, seed = 1): Matrix {
  return { rows, cols, data: seededRandom(seed).fillNormal(new Float32Array(rows * cols), 0.05) };
}

/** The same with rows and columns of very different size. */
export function uneven(rows: number, cols: number): Matrix {
  const matrix = gaussian(rows, cols, 2);
  const random = seededRandom(3);
  const rowSize = Array.from({ length: rows }, () => 2 ** random.normal());
  const columnSize = Array.from({ length: cols }, () => 2 ** random.normal());
  return fill(rows, cols, (i, j) => matrix.data[i * cols + j] * rowSize[i] * columnSize[j]);
}

export function fill(rows: number, cols: number, value: (row: number, col: number) => number): Matrix {
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) data[i * cols + j] = value(i, j);
  return { rows, cols, data };
}

/** A copy with some values replaced. */
export function withValues(
  { rows, cols, data }: Matrix,
  values: readonly (readonly [number, number, number])[],
): Matrix {
  const copy = data.slice();
  for (const [row, col, value] of values) copy[row * cols + col] = value;
  return { rows, cols, data: copy };
}

/** Root of the squared error over the squared weights of rows first to last - 1; 0 is exact, 1 is as bad as all zeros. */
export function relativeError({ rows, cols, data }: Matrix, decoded: Float32Array, first = 0, last = rows): number {
  let error = 0;
  let size = 0;
  for (let i = first * cols; i < last * cols; i++) {
    error += (decoded[i] - data[i]) ** 2;
    size += data[i] ** 2;
  }
  return Math.sqrt(error / size);
}
