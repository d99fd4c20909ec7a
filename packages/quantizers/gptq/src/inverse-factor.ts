import type { Matrix } from "@sinqbench/tensor";

/** The second moments of a layer's inputs, ready for GPTQ: columns in the order they are rounded in. */
export interface InverseFactor {
  /** order[p]: the column that is rounded as number p. */
  readonly order: Int32Array;
  /** 1 for a column, in that order, that no input uses: its weights are taken as 0. */
  readonly unused: Uint8Array;
  /** Upper triangular U, float64 [cols, cols] in that order, with (H + damping)^-1 = U^T U. */
  readonly upper: Float64Array;
}

/**
 * Orders the columns, damps the second moments H and factors their inverse, as the published GPTQ does: a column that is never
 * used (diagonal 0) counts as 1, and `damping` times the mean of the diagonal is added to it. With `actOrder`, columns of the
 * largest diagonal come first, equal ones in their order.
 *
 * GPTQ takes the Cholesky factor of an explicit inverse. H = R R^T with R upper triangular gives the same U = R^-1 with one
 * factorization and no inverse of a full matrix.
 *
 * @returns null where H + damping is not positive definite
 */
export function inverseFactor(secondMoment: Matrix, damping: number, actOrder: boolean): InverseFactor | null {
  const { cols, data } = secondMoment;
  const diagonal = Float64Array.from({ length: cols }, (_, j) => data[j * cols + j] || 1);
  const order = Int32Array.from({ length: cols }, (_, j) => j);
  if (actOrder) order.sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const damp = (damping * diagonal.reduce((sum, value) => sum + value, 0)) / cols;
  const upper = new Float64Array(cols * cols);
  for (let p = 0; p < cols; p++) {
    for (let q = p; q < cols; q++) upper[p * cols + q] = data[order[p] * cols + order[q]];
    upper[p * cols + p] = diagonal[order[p]] + damp;
  }
  if (!factorUpper(upper, cols)) return null;
  invertUpper(upper, cols);
  return { order, unused: Uint8Array.from(order, (j) => (data[j * cols + j] === 0 ? 1 : 0)), upper };
}

/** H (its upper triangle) -> R in place, H = R R^T, column by column from the last; false if H is not positive definite. */
function factorUpper(h: Float64Array, n: number): boolean {
  for (let k = n - 1; k >= 0; k--) {
    const square = h[k * n + k];
    if (!(square > 0) || !Number.isFinite(square)) return false;
    const pivot = Math.sqrt(square);
    h[k * n + k] = pivot;
    for (let i = 0; i < k; i++) h[i * n + k] /= pivot;
    for (let i = 0; i < k; i++) {
      const factor = h[i * n + k];
      if (factor === 0) continue;
      // h[i, j] -= R[i, k] R[j, k] for i <= j < k
      for (let j = i; j < k; j++) h[i * n + j] -= factor * h[j * n + k];
    }
  }
  return true;
}

/** R -> R^-1 in place, row by row from the last. */
function invertUpper(r: Float64Array, n: number): void {
  const row = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    // Row i of the inverse: (e_i - sum over k > i of R[i, k] * inverse row k) / R[i, i]
    row.fill(0, i);
    row[i] = 1;
    for (let k = i + 1; k < n; k++) {
      const factor = r[i * n + k];
      if (factor === 0) continue;
      for (let j = k; j < n; j++) row[j] -= factor * r[k * n + j];
    }
    const pivot = r[i * n + i];
    for (let j = i; j < n; j++) r[i * n + j] = row[j] / pivot;
  }
}
