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

// sum + x * x for x that came from float32: the square is exact in double, so a fused multiply-add gives the same bits.
KERNELS_INLINE f64x4 add_square(f64x4 sum, f64x4 x) {
#if defined(__AVX2__) && defined(__FMA__)
  return (f64x4)_mm256_fmadd_pd((__m256d)x, (__m256d)x, (__m256d)sum);
#else
  return sum + x * x;
#endif
}

KERNELS_INLINE double lane_tree(f64x4 low, f64x4 high) {
  const f64x4 half = low + high;
  return (half[0] + half[2]) + (half[1] + half[3]);
}

// Columns whose normalized weights stay in the first-level cache between the two loops of sum_rows.
constexpr int64_t SPAN = 256;

// M of N rows, columns [from, to), into `normalized`.
template <int N, bool MODERATE>
KERNELS_INLINE void normalize_rows(const Tile &tile, int64_t first, int64_t from, int64_t to, float *__restrict normalized) {
  const int64_t stride = tile.stride;
  const float *__restrict weight = tile.weight.get() + first * stride;
  const float *__restrict column_scale = tile.column_scale.get();
  const float *__restrict column_reciprocal = tile.column_reciprocal.get();
  for (int64_t j = from; j < to; j += 8) {
    const f32x8 c = load8(column_scale + j);
    const f32x8 inverse = load8(column_reciprocal + j);
    for (int k = 0; k < N; k++) {
      const f32x8 w = load8(weight + k * stride + j);
      const f32x8 scale = splat8(tile.row_scale[first + k]);
      const f32x8 m = divide<MODERATE>(divide<MODERATE>(w, c, inverse), scale, splat8(tile.row_reciprocal[first + k]));
      store8(normalized + k * SPAN + j - from, m);
    }
  }
}

// Adds four columns of N rows to those rows' lanes and to the columns' sums.
template <int N>
KERNELS_INLINE void add_columns(const float *__restrict normalized, double *__restrict column_sum,
                                double *__restrict column_square, f64x4 *sum, f64x4 *square) {
  f64x4 down = load4(column_sum);
  f64x4 down_square = load4(column_square);
  for (int k = 0; k < N; k++) {
    const f64x4 m = widen4(normalized + k * SPAN);
    sum[k] += m;
    down += m;
    square[k] = add_square(square[k], m);
    down_square = add_square(down_square, m);
  }
  store4(column_sum, down);
  store4(column_square, down_square);
}

// Row and column sums of N rows. Normalizing first and summing after keeps both chains of dependent operations short.
template <int N, bool MODERATE> void sum_rows(Tile &tile, int64_t first) {
  alignas(64) float normalized[N * SPAN];
  const int64_t stride = tile.stride;
  double *__restrict column_sum = tile.column_sum.get();
  double *__restrict column_square = tile.column_square.get();
  // Lanes 0-3 and 4-7 of each row's sum and sum of squares.
  f64x4 low[N], high[N], low_square[N], high_square[N];
  for (int k = 0; k < N; k++) low[k] = high[k] = low_square[k] = high_square[k] = f64x4{0, 0, 0, 0};
  for (int64_t from = 0; from < stride; from += SPAN) {
    const int64_t to = from + SPAN < stride ? from + SPAN : stride;
    normalize_rows<N, MODERATE>(tile, first, from, to, normalized);
    for (int64_t j = from; j < to; j += 8) {
      add_columns<N>(normalized + j - from, column_sum + j, column_square + j, low, low_square);
      add_columns<N>(normalized + j - from + 4, column_sum + j + 4, column_square + j + 4, high, high_square);
    }
  }
  for (int k = 0; k < N; k++) {
    tile.row_sum[first + k] = lane_tree(low[k], high[k]);
    tile.row_square[first + k] = lane_tree(low_square[k], high_square[k]);
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
