// Inverse factor of second moments in blocks: src/reference/inverse-cholesky.ts says what, and the order of every element's operations.
#include "kernels.h"
#include "products.h"
#include "threads.h"

#include <algorithm>
#include <cmath>

namespace kernels {
namespace {

// Columns that are factored before the rest of the matrix loses their products.
constexpr int64_t FACTOR_BLOCK = 64;
// Rows and columns of one piece of that work.
constexpr int64_t PIECE_ROWS = 32 * TILE_ROWS;
constexpr int64_t PIECE_COLS = 8 * TILE_COLS;
// Rows that are inverted together, and products that are taken while their factors are in the cache.
constexpr int64_t INVERT_BLOCK = 20 * TILE_ROWS;
constexpr int64_t DEPTH = 256;

int64_t round_up(int64_t n, int64_t unit) { return (n + unit - 1) / unit * unit; }

// Columns [from, to) of rows [0, from) follow from the factored square below them, row by row: h[i, k] / R[k, k], which the
// columns before lose times R[j, k]. `square` is R transposed, to - from wide.
void solve_row(double *__restrict row, const double *__restrict square, int64_t width) {
  for (int64_t k = width - 1; k >= 0; k--) {
    const double *__restrict column = square + k * width;
    const double factor = row[k] / column[k];
    row[k] = factor;
    for (int64_t j = 0; j < k; j++) row[j] -= factor * column[j];
  }
}

// Columns [from, to) of rows [first, first + width), last column first -> packed[to - from, width], 0 beyond `rows`.
void pack_columns(const double *h, int64_t n, int64_t first, int64_t rows, int64_t width, int64_t from, int64_t to,
                  double *__restrict packed) {
  for (int64_t r = 0; r < width; r++) {
    const double *row = h + (first + r) * n;
    for (int64_t k = to - 1; k >= from; k--) packed[(to - 1 - k) * width + r] = first + r < rows ? row[k] : 0;
  }
}

// h[i, j] of a tile loses the products of the packed columns, above the diagonal and before column `limit`.
void subtract_tile(double *h, int64_t n, int64_t i0, int64_t j0, int64_t limit, const double *a, const double *b, int64_t depth) {
  if (i0 + TILE_ROWS <= j0 + 1 && j0 + TILE_COLS <= limit) {
    subtract_products(h + i0 * n + j0, n, a, b, TILE_COLS, depth);
    return;
  }
  alignas(64) double tile[TILE_ROWS * TILE_COLS] = {};
  const int64_t rows = std::min<int64_t>(TILE_ROWS, limit - i0);
  const int64_t cols = std::min<int64_t>(TILE_COLS, limit - j0);
  for (int64_t r = 0; r < rows; r++) std::copy_n(h + (i0 + r) * n + j0, cols, tile + r * TILE_COLS);
  subtract_products(tile, TILE_COLS, a, b, TILE_COLS, depth);
  for (int64_t r = 0; r < rows; r++)
    for (int64_t j = std::max<int64_t>(0, i0 + r - j0); j < cols; j++) h[(i0 + r) * n + j0 + j] = tile[r * TILE_COLS + j];
}

// Upper triangle of H -> R with H = R R^T. False where H is not positive definite.
bool factor_upper(double *h, int64_t n, double *packed_rows, double *packed_cols, int32_t threads) {
  for (int64_t to = n; to > 0;) {
    const int64_t from = std::max<int64_t>(0, to - FACTOR_BLOCK);
    const int64_t width = to - from;
    double square[FACTOR_BLOCK * FACTOR_BLOCK];
    for (int64_t k = to - 1; k >= from; k--) {
      const double value = h[k * n + k];
      if (!(value > 0) || !std::isfinite(value)) return false;
      const double pivot = std::sqrt(value);
      h[k * n + k] = pivot;
      for (int64_t i = from; i < k; i++) h[i * n + k] /= pivot;
      for (int64_t i = from; i < k; i++)
        for (int64_t j = i; j < k; j++) h[i * n + j] -= h[i * n + k] * h[j * n + k];
      for (int64_t j = from; j <= k; j++) square[(k - from) * width + j - from] = h[j * n + k];
    }
    const int64_t piece_rows = (from + PIECE_ROWS - 1) / PIECE_ROWS;
    const int64_t piece_cols = (from + PIECE_COLS - 1) / PIECE_COLS;
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(dynamic, 16)
      for (int64_t i = 0; i < from; i++) solve_row(h + i * n + from, square, width);
#pragma omp for schedule(dynamic, 16) nowait
      for (int64_t i = 0; i < from; i += TILE_ROWS)
        pack_columns(h, n, i, from, TILE_ROWS, from, to, packed_rows + i * width);
#pragma omp for schedule(dynamic, 4)
      for (int64_t j = 0; j < from; j += TILE_COLS)
        pack_columns(h, n, j, from, TILE_COLS, from, to, packed_cols + j * width);
#pragma omp for collapse(2) schedule(dynamic, 1)
      for (int64_t p = 0; p < piece_rows; p++) {
        for (int64_t q = 0; q < piece_cols; q++) {
          const int64_t bottom = std::min(from, (p + 1) * PIECE_ROWS);
          const int64_t right = std::min(from, (q + 1) * PIECE_COLS);
          for (int64_t j = q * PIECE_COLS; j < right; j += TILE_COLS)
            for (int64_t i = p * PIECE_ROWS; i < bottom && i < j + TILE_COLS; i += TILE_ROWS)
              subtract_tile(h, n, i, j, from, packed_rows + i * width, packed_cols + j * width, width);
        }
      }
    }
    to = from;
  }
  return true;
}

// Working memory of one thread: rows of U of one tile of columns, and the rows that come of them.
struct Inversion {
  Buffer<double> below = allocate<double>(DEPTH * TILE_COLS);
  Buffer<double> rows = allocate<double>(INVERT_BLOCK * TILE_COLS);
};

// Columns [j0, j0 + TILE_COLS) of rows [top, bottom) of U. `packed` holds R right of column `bottom`, last column first; `square` R
// left of it, `INVERT_BLOCK` wide.
void invert_tile(double *h, int64_t n, int64_t top, int64_t bottom, int64_t j0, const double *packed, const double *square,
                 Inversion &work) {
  double *tile = work.rows.get();
  double *below = work.below.get();
  const int64_t whole = round_up(bottom - top, TILE_ROWS);
  const int64_t cols = std::min<int64_t>(TILE_COLS, n - j0);
  for (int64_t i = 0; i < whole; i++)
    for (int64_t j = 0; j < TILE_COLS; j++) tile[i * TILE_COLS + j] = top + i == j0 + j ? 1 : 0;
  // Below the diagonal U is 0, and a product with it changes nothing.
  for (int64_t to = std::min(n, j0 + TILE_COLS); to > bottom;) {
    const int64_t from = std::max(bottom, to - DEPTH);
    for (int64_t k = to - 1; k >= from; k--) {
      double *row = below + (to - 1 - k) * TILE_COLS;
      for (int64_t j = 0; j < TILE_COLS; j++) row[j] = j < cols && j0 + j >= k ? h[k * n + j0 + j] : 0;
    }
    for (int64_t i = 0; i < whole; i += TILE_ROWS)
      subtract_products(tile + i * TILE_COLS, TILE_COLS, packed + i * (n - bottom) + (n - to) * TILE_ROWS, below, TILE_COLS,
                        to - from);
    to = from;
  }
  for (int64_t i = bottom - top - 1; i >= 0; i--) {
    double *__restrict row = tile + i * TILE_COLS;
    for (int64_t k = bottom - top - 1; k > i; k--) {
      const double factor = square[i * INVERT_BLOCK + k];
      const double *__restrict other = tile + k * TILE_COLS;
      for (int64_t j = 0; j < TILE_COLS; j++) row[j] -= factor * other[j];
    }
    const double pivot = square[i * INVERT_BLOCK + i];
    for (int64_t j = 0; j < TILE_COLS; j++) row[j] /= pivot;
    for (int64_t j = std::max<int64_t>(0, top + i - j0); j < cols; j++) h[(top + i) * n + j0 + j] = row[j];
  }
}

// R -> U = R^-1 in place. False where there is no memory.
bool invert_upper(double *h, int64_t n, double *packed, int32_t threads) {
  const auto square = allocate<double>(INVERT_BLOCK * INVERT_BLOCK);
  std::atomic<bool> out_of_memory{!square};
#pragma omp parallel num_threads(threads)
  {
    Inversion work;
    if (!work.below || !work.rows) out_of_memory = true;
    for (int64_t bottom = n; bottom > 0; bottom -= INVERT_BLOCK) {
      const int64_t top = std::max<int64_t>(0, bottom - INVERT_BLOCK);
#pragma omp for schedule(static)
      for (int64_t i = top; i < bottom; i += TILE_ROWS) {
        if (out_of_memory) continue;
        pack_columns(h, n, i, bottom, TILE_ROWS, bottom, n, packed + (i - top) * (n - bottom));
        for (int64_t r = i; r < std::min<int64_t>(bottom, i + TILE_ROWS); r++)
          std::copy_n(h + r * n + top, bottom - top, &square[(r - top) * INVERT_BLOCK]);
      }
#pragma omp for schedule(dynamic, 1)
      for (int64_t j = top / TILE_COLS * TILE_COLS; j < n; j += TILE_COLS)
        if (!out_of_memory) invert_tile(h, n, top, bottom, j, packed, square.get(), work);
    }
  }
  return !out_of_memory;
}

} // namespace
} // namespace kernels

int32_t kernels_inverse_cholesky(double *h, int64_t n, int32_t *definite, int32_t threads) {
  using namespace kernels;
  const auto rows = allocate<double>(round_up(n, TILE_ROWS) * std::max(FACTOR_BLOCK, INVERT_BLOCK));
  const auto cols = allocate<double>(round_up(n, TILE_COLS) * FACTOR_BLOCK);
  if (!rows || !cols) return KERNELS_OUT_OF_MEMORY;
  *definite = factor_upper(h, n, rows.get(), cols.get(), threads);
  if (!*definite) return KERNELS_OK;
  return invert_upper(h, n, rows.get(), threads) ? KERNELS_OK : KERNELS_OUT_OF_MEMORY;
}
