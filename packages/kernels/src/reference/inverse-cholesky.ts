/**
 * H -> U in place, both upper triangular in a row-major float64 [n, n] whose lower triangle is left alone, with H^-1 = U^T U: what
 * GPTQ takes from a Cholesky factorization of an explicit inverse. H = R R^T with R upper triangular gives the same U = R^-1
 * with one factorization and no inverse of a full matrix.
 *
 * Every element is a chain of float64 operations in a fixed order, from the last column to the first, so that other
 * implementations can work in blocks and give the same bits.
 *
 * @returns false where H is not positive definite; `h` is then of no use
 */
export function inverseCholesky(h: Float64Array, n: number): boolean {
  if (!factorUpper(h, n)) return false;
  invertUpper(h, n);
  return true;
}

/** H (its upper triangle) -> R, H = R R^T: h[i, j] loses R[i, k] R[j, k] for k from the last column to j + 1. */
function factorUpper(h: Float64Array, n: number): boolean {
  for (let k = n - 1; k >= 0; k--) {
    const square = h[k * n + k];
    if (!(square > 0) || !Number.isFinite(square)) return false;
    const pivot = Math.sqrt(square);
    h[k * n + k] = pivot;
    for (let i = 0; i < k; i++) h[i * n + k] /= pivot;
    for (let i = 0; i < k; i++) {
      const factor = h[i * n + k];
      for (let j = i; j < k; j++) h[i * n + j] -= factor * h[j * n + k];
    }
  }
  return true;
}

/**
 * R -> U = R^-1, row by row from the last: U[i, j] = (e[i, j] - R[i, k] U[k, j] for k from j to i + 1) / R[i, i].
 */
function invertUpper(r: Float64Array, n: number): void {
  const row = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    row.fill(0, i);
    row[i] = 1;
    for (let k = n - 1; k > i; k--) {
      const factor = r[i * n + k];
      for (let j = k; j < n; j++) row[j] -= factor * r[k * n + j];
    }
    const pivot = r[i * n + i];
    for (let j = i; j < n; j++) r[i * n + j] = row[j] / pivot;
  }
}
