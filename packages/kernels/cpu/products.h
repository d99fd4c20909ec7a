// The inner loop of float64 linear algebra: a tile of a matrix loses a sum of products, one after the other.
#pragma once

#include "fma.h"

namespace kernels {

constexpr int DOUBLES = LANES / 2;
typedef double f64xl __attribute__((vector_size(8 * DOUBLES)));

// A tile has TILE_ROWS rows and TILE_COLS columns, which stay in registers.
#if defined(__AVX512F__) && defined(__AVX512VL__)
constexpr int TILE_ROWS = 6;
constexpr int TILE_VECTORS = 4;
#elif defined(__ARM_NEON) && defined(__aarch64__)
constexpr int TILE_ROWS = 5;
constexpr int TILE_VECTORS = 4;
#else
constexpr int TILE_ROWS = 5;
constexpr int TILE_VECTORS = 2;
#endif
constexpr int TILE_COLS = TILE_VECTORS * DOUBLES;

// c[r, j] -= a[k, r] b[k, j] for k from 0 to n - 1 in turn, each product and each difference rounded. Rows of c and b are `c_stride`
// and `b_stride` apart, those of a follow each other.
KERNELS_INLINE void subtract_products(double *__restrict c, int64_t c_stride, const double *__restrict a,
                                      const double *__restrict b, int64_t b_stride, int64_t n) {
  f64xl sum[TILE_ROWS][TILE_VECTORS];
  for (int r = 0; r < TILE_ROWS; r++)
    for (int v = 0; v < TILE_VECTORS; v++) std::memcpy(&sum[r][v], c + r * c_stride + v * DOUBLES, sizeof(f64xl));
  for (int64_t k = 0; k < n; k++) {
    f64xl column[TILE_VECTORS];
    for (int v = 0; v < TILE_VECTORS; v++) std::memcpy(&column[v], b + k * b_stride + v * DOUBLES, sizeof(f64xl));
    for (int r = 0; r < TILE_ROWS; r++) {
      const f64xl factor = a[k * TILE_ROWS + r] - f64xl{};
      for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] -= factor * column[v];
    }
  }
  for (int r = 0; r < TILE_ROWS; r++)
    for (int v = 0; v < TILE_VECTORS; v++) std::memcpy(c + r * c_stride + v * DOUBLES, &sum[r][v], sizeof(f64xl));
}

} // namespace kernels
