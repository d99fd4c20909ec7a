/** A dense float32 matrix, row-major: element (i, j) is `data[i * cols + j]`. A weight is [out, in]. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
}
