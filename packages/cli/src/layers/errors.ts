import type { Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";

/** |W - W'| / |W|, Frobenius norms. */
export function weightError(weight: Float32Array, approximation: Float32Array): number {
  let [error, size] = [0, 0];
  for (const [i, value] of weight.entries()) {
    error += (value - approximation[i]) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(error / size);
}

/** Of an approximation W': root mean square of x (W - W')^T over that of x W^T, for inputs x [tokens, cols]. */
export function outputErrors(
  { rows, cols, data }: Matrix,
  inputs: Matrix,
  kernels: Kernels,
): (approximation: Float32Array) => number {
  const rms = (approximation: Float32Array) =>
    Math.sqrt(kernels.outputError(inputs.data, inputs.rows, data, approximation, rows, cols, "l2"));
  const size = rms(new Float32Array(data.length));
  return (approximation) => rms(approximation) / size;
}
