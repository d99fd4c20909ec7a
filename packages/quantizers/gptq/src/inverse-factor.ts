import type { GptqFactor, Kernels } from "@sinqbench/kernels";
import type { Matrix } from "@sinqbench/tensor";

/**
 * Orders the columns, damps the second moments H and factors their inverse, as the published GPTQ does: a column that is never
 * used (diagonal 0) counts as 1, and `damping` times the mean of the diagonal is added to it. With `actOrder`, columns of the
 * largest diagonal come first, equal ones in their order.
 *
 * @returns null where H + damping is not positive definite
 */
export function inverseFactor(
  { cols, data }: Matrix,
  damping: number,
  actOrder: boolean,
  kernels: Kernels,
): GptqFactor | null {
  const diagonal = Float64Array.from({ length: cols }, (_, j) => data[j * cols + j] || 1);
  const order = Int32Array.from({ length: cols }, (_, j) => j);
  if (actOrder) order.sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const damp = (damping * diagonal.reduce((sum, value) => sum + value, 0)) / cols;
  const upper = new Float64Array(cols * cols);
  for (let p = 0; p < cols; p++) {
    for (let q = p; q < cols; q++) upper[p * cols + q] = data[order[p] * cols + order[q]];
    upper[p * cols + p] = diagonal[order[p]] + damp;
  }
  if (!kernels.inverseCholesky(upper, cols)) return null;
  return { order, unused: Uint8Array.from(order, (j) => (data[j * cols + j] === 0 ? 1 : 0)), upper };
}
