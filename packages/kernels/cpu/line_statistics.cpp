// Statistics of a normalized tile: src/reference/line-statistics.ts says what, and in which order sums are taken.
#include "numeric.h"
#include "simd.h"
#include "tile.h"

namespace kernels {
namespace {

constexpr double CANCELLATION = 1.0 / 1048576;

// Rows of one pass over the columns. More rows load and store the column sums less often; 16 registers hold two rows' sums.
#if defined(__AVX512VL__) || defined(__aarch64__)
constexpr int ROWS = 4;
#else
constexpr int ROWS = 2;
#endif

// a / b, correctly rounded. With fused multiply-add, q = a * (1/b) and one residual give that same quotient (Markstein) while
// nothing leaves the normal range, which Tile::moderate says; it costs three operations where a division costs five or more.
template <bool MODERATE> KERNELS_INLINE f32x8 divide(f32x8 a, f32x8 b, f32x8 reciprocal) {
#if defined(__AVX2__) && defined(__FMA__)
  if constexpr (MODERATE) {
    const __m256 q = _mm256_mul_ps((__m256)a, (__m256)reciprocal);
    const __m256 rest = _mm256_fnmadd_ps(q, (__m256)b, (__m256)a);
    return (f32x8)_mm256_fmadd_ps(rest, (__m256)reciprocal, q);
  }
#endif
  (void)reciprocal;
  return a / b;
}

struct Lanes {
  f64x4 low{};
  f64x4 high{};

  KERNELS_INLINE double tree(const Lanes &l) {
    const f64x4 half = l.low + l.high;
    return (half[0] + half[2]) + (half[1] + half[3]);
  }
};

template <int N, bool MODERATE> void sum_rows(Tile &tile, int64_t first) {
  const float *weight = tile.weight.get() + first * tile.stride;
  Lanes sum[N];
  Lanes square[N];
  f32x8 scale[N];
  f32x8 reciprocal[N];
  for (int k = 0; k < N; k++) {
    scale[k] = splat8(tile.row_scale[first + k]);
    reciprocal[k] = splat8(tile.row_reciprocal[first + k]);
  }
  for (int64_t j = 0; j < tile.stride; j += 8) {
    const f32x8 column = load8(&tile.column_scale[j]);
    const f32x8 column_reciprocal = load8(&tile.column_reciprocal[j]);
    Lanes column_sum{load4(&tile.column_sum[j]), load4(&tile.column_sum[j + 4])};
    Lanes column_square{load4(&tile.column_square[j]), load4(&tile.column_square[j + 4])};
    for (int k = 0; k < N; k++) {
      const f32x8 w = load8(weight + k * tile.stride + j);
      const f32x8 m = divide<MODERATE>(divide<MODERATE>(w, column, column_reciprocal), scale[k], reciprocal[k]);
      const f64x4 low = low4(m);
      const f64x4 high = high4(m);
      const f64x4 low_square = low * low;
      const f64x4 high_square = high * high;
      sum[k].low += low;
      sum[k].high += high;
      square[k].low += low_square;
      square[k].high += high_square;
      column_sum.low += low;
      column_sum.high += high;
      column_square.low += low_square;
      column_square.high += high_square;
    }
    store4(&tile.column_sum[j], column_sum.low);
    store4(&tile.column_sum[j + 4], column_sum.high);
    store4(&tile.column_square[j], column_square.low);
    store4(&tile.column_square[j + 4], column_square.high);
  }
  for (int k = 0; k < N; k++) {
    tile.row_sum[first + k] = Lanes::tree(sum[k]);
    tile.row_square[first + k] = Lanes::tree(square[k]);
  }
}

template <bool MODERATE> void sum_tile(Tile &tile) {
  std::memset(tile.column_sum.get(), 0, tile.stride * sizeof(double));
  std::memset(tile.column_square.get(), 0, tile.stride * sizeof(double));
  int64_t i = 0;
  for (; i + ROWS <= tile.rows; i += ROWS) sum_rows<ROWS, MODERATE>(tile, i);
  for (; i < tile.rows; i++) sum_rows<1, MODERATE>(tile, i);
}

// -1 where cancellation left too little of a line's variance.
void stds_from_sums(const double *sum, const double *square, int64_t lines, int64_t n, float *std) {
  const double share = 1.0 / (double)n;
  const double unbiased = 1.0 / (double)(n - 1);
  for (int64_t i = 0; i < lines; i++) {
    const double spread = square[i] - sum[i] * sum[i] * share;
    const double root = std::sqrt(spread * unbiased);
    std[i] = spread >= square[i] * CANCELLATION ? (float)root : -1.0f;
  }
}

float two_pass_std(const Tile &tile, int64_t i, int64_t j, int64_t down, int64_t right, int64_t n) {
  const auto element = [&](int64_t k) {
    const int64_t row = i + k * down;
    const int64_t col = j + k * right;
    return (double)(tile.weight[row * tile.stride + col] / tile.column_scale[col] / tile.row_scale[row]);
  };
  double sum = 0;
  for (int64_t k = 0; k < n; k++) sum += element(k);
  const double mean = sum / (double)n;
  double square = 0;
  for (int64_t k = 0; k < n; k++) square += (element(k) - mean) * (element(k) - mean);
  return (float)std::sqrt(square / (double)(n - 1));
}

} // namespace

void line_statistics(Tile &tile) {
  if (tile.moderate) {
    sum_tile<true>(tile);
  } else {
    sum_tile<false>(tile);
  }
  if (tile.cols > 1) {
    float *std = tile.row_std.get();
    stds_from_sums(tile.row_sum.get(), tile.row_square.get(), tile.rows, tile.cols, std);
    for (int64_t i = 0; i < tile.rows; i++)
      if (!(std[i] >= 0)) std[i] = two_pass_std(tile, i, 0, 0, 1, tile.cols);
  }
  if (tile.rows > 1) {
    float *std = tile.column_std.get();
    stds_from_sums(tile.column_sum.get(), tile.column_square.get(), tile.cols, tile.rows, std);
    for (int64_t j = 0; j < tile.cols; j++)
      if (!(std[j] >= 0)) std[j] = two_pass_std(tile, 0, j, 1, 0, tile.rows);
  }
}

} // namespace kernels
