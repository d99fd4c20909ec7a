import type { Kernels, SinkhornOptions } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";

const f = Math.fround;

/**
 * W / t / u * t * u with SINQ's scales, each operation rounded to float32: what the published code hands to a rounding that goes
 * without its normalization.
 *
 * @throws BenchError `non-finite-weight`
 */
export function normalizeAndBack({ rows, cols, data }: Matrix, options: SinkhornOptions, kernels: Kernels): Matrix {
  const { rowScale, columnScale } = kernels.sinkhorn(data, rows, cols, options);
  const { tileRows, tileCols } = options;
  const across = cols / tileCols;
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    const column = Math.floor(i / tileRows) * cols;
    for (let g = 0; g < across; g++) {
      const u = rowScale[i * across + g];
      for (let j = g * tileCols; j < (g + 1) * tileCols; j++) {
        const t = columnScale[column + j];
        result[i * cols + j] = f(f(f(data[i * cols + j] / t) / u) * t) * u;
      }
    }
  }
  return { rows, cols, data: result };
}
