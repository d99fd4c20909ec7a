// Sinkhorn-style normalization of every tile: src/reference/sinkhorn.ts says what, this file how fast.
#include "kernels.h"
#include "numeric.h"
#include "simd.h"
#include "tile.h"

#include <algorithm>
#include <limits>

namespace kernels {
namespace {

constexpr float STD_MIN = 1e-3f;
constexpr float STD_MAX = 1e3f;
constexpr float LOG_MIN = -0.3f;
constexpr float LOG_MAX = 10.0f;
constexpr float TAU_EXTRA = 1e-6f;
constexpr float IMBALANCE_FLOOR = 1e-12f;

// |w| for which two divisions by scales within exp(-0.3) to exp(10) and their residuals stay normal: 2^-60 to 2^100.
constexpr uint32_t MODERATE_LOW = (127u - 60) << 23;
constexpr uint32_t MODERATE_HIGH = (127u + 100) << 23;
constexpr uint32_t INFINITE = 0xffu << 23;

struct Options {
  int32_t iterations;
  float step_min;
  float step_max;
  bool early_stop;
};

// Copies a tile; false when one of its weights is NaN or infinite.
bool load_tile(Tile &tile, const float *weight, int64_t stride, int64_t rows, int64_t cols) {
  tile.rows = rows;
  tile.cols = cols;
  tile.stride = (cols + 7) / 8 * 8;
  uint32_t largest = 0;
  uint32_t smallest = INFINITE - 1;
  for (int64_t i = 0; i < rows; i++) {
    const float *from = weight + i * stride;
    float *to = &tile.weight[i * tile.stride];
    // The next rows are a matrix row away each: too far for the hardware to foresee.
    for (int64_t j = 0; j < cols; j += 16) __builtin_prefetch(from + std::min<int64_t>(8, rows - 1 - i) * stride + j);
    for (int64_t j = 0; j < cols; j++) {
      uint32_t word;
      std::memcpy(&word, from + j, sizeof word);
      word &= 0x7fffffff;
      largest = word > largest ? word : largest;
      // Zero minus one wraps to the top: it does not count as small.
      smallest = word - 1 < smallest ? word - 1 : smallest;
      to[j] = from[j];
    }
    for (int64_t j = cols; j < tile.stride; j++) to[j] = 0;
  }
  tile.moderate = smallest + 1 >= MODERATE_LOW && largest <= MODERATE_HIGH;
  return largest < INFINITE;
}

void include(const float *std, int64_t count, float &low, float &high) {
  f32x8 lows = splat8(low);
  f32x8 highs = splat8(high);
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const f32x8 v = load8(std + i);
    lows = v < lows ? v : lows;
    highs = v > highs ? v : highs;
  }
  for (int k = 0; k < 8; k++) {
    low = std::min(low, lows[k]);
    high = std::max(high, highs[k]);
  }
  for (; i < count; i++) {
    low = std::min(low, std[i]);
    high = std::max(high, std[i]);
  }
}

void take_step(float *__restrict logs, float *__restrict scale, float *__restrict reciprocal, const float *__restrict std,
               int64_t count, float tau, const Options &options) {
  for (int64_t i = 0; i < count; i++) {
    const float step = log32(clamp(clamp(std[i], STD_MIN, STD_MAX) / tau, options.step_min, options.step_max));
    logs[i] = clamp(logs[i] + step, LOG_MIN, LOG_MAX);
    scale[i] = exp32(logs[i]);
    reciprocal[i] = 1.0f / scale[i];
  }
}

// Leaves the logs of the row and column scales of the smallest imbalance in row_best and column_best.
void normalize(Tile &tile, const Options &options) {
  const int64_t rows = tile.rows;
  const int64_t cols = tile.cols;
  std::fill_n(tile.row_log.get(), rows, 0.0f);
  std::fill_n(tile.row_best.get(), rows, 0.0f);
  std::fill_n(tile.row_scale.get(), rows, 1.0f);
  std::fill_n(tile.row_reciprocal.get(), rows, 1.0f);
  std::fill_n(tile.column_log.get(), cols, 0.0f);
  std::fill_n(tile.column_best.get(), cols, 0.0f);
  std::fill_n(tile.column_scale.get(), tile.stride, 1.0f);
  std::fill_n(tile.column_reciprocal.get(), tile.stride, 1.0f);
  float best = std::numeric_limits<float>::infinity();
  float tau = 0;
  for (int32_t iteration = 0; iteration < options.iterations; iteration++) {
    line_statistics(tile);
    float low = std::numeric_limits<float>::infinity();
    float high = 0;
    if (cols > 1) include(tile.row_std.get(), rows, low, high);
    if (rows > 1) include(tile.column_std.get(), cols, low, high);
    if (high == 0 && low > 0) low = high = 1;
    if (iteration == 0) tau = clamp(low, STD_MIN, STD_MAX) + TAU_EXTRA;
    const float imbalance = high / (low > IMBALANCE_FLOOR ? low : IMBALANCE_FLOOR);
    if (imbalance <= best) {
      best = imbalance;
      std::copy_n(tile.row_log.get(), rows, tile.row_best.get());
      std::copy_n(tile.column_log.get(), cols, tile.column_best.get());
    } else if (options.early_stop) {
      return;
    }
    if (rows > 1)
      take_step(tile.column_log.get(), tile.column_scale.get(), tile.column_reciprocal.get(), tile.column_std.get(), cols,
                tau, options);
    if (cols > 1)
      take_step(tile.row_log.get(), tile.row_scale.get(), tile.row_reciprocal.get(), tile.row_std.get(), rows, tau,
                options);
  }
}

// Flat index of the first NaN or infinity at or after the start of a tile that holds one.
int64_t first_bad(const float *weight, int64_t stride, int64_t start, int64_t rows, int64_t cols) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < cols; j++)
      if (!std::isfinite(weight[start + i * stride + j])) return start + i * stride + j;
  return std::numeric_limits<int64_t>::max();
}

} // namespace
} // namespace kernels

int32_t kernels_sinkhorn(const float *weight, int64_t rows, int64_t cols, int64_t tile_rows, int64_t tile_cols,
                         int32_t iterations, float step_min, float step_max, int32_t early_stop, float *row_scale,
                         float *column_scale, int64_t *bad_index, int32_t threads) {
  using namespace kernels;
  const Options options{iterations, step_min, step_max, early_stop != 0};
  const int64_t across = cols / tile_cols;
  const int64_t tiles = (rows + tile_rows - 1) / tile_rows * across;
  std::atomic<int64_t> bad{std::numeric_limits<int64_t>::max()};
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    Tile tile;
    if (!tile.reserve(std::min(rows, tile_rows), tile_cols)) out_of_memory = true;
#pragma omp for schedule(dynamic, 1)
    for (int64_t t = 0; t < tiles; t++) {
      if (out_of_memory) continue;
      const int64_t band = t / across;
      const int64_t column = t % across;
      const int64_t top = band * tile_rows;
      const int64_t height = std::min(tile_rows, rows - top);
      const int64_t start = top * cols + column * tile_cols;
      if (!load_tile(tile, weight + start, cols, height, tile_cols)) {
        keep_smallest(bad, first_bad(weight, cols, start, height, tile_cols));
        continue;
      }
      normalize(tile, options);
      for (int64_t i = 0; i < height; i++) row_scale[(top + i) * across + column] = exp32(tile.row_best[i]);
      float *out = column_scale + band * cols + column * tile_cols;
      for (int64_t j = 0; j < tile_cols; j++) out[j] = exp32(tile.column_best[j]);
    }
  }
  if (out_of_memory) return KERNELS_OUT_OF_MEMORY;
  if (bad != std::numeric_limits<int64_t>::max()) {
    *bad_index = bad;
    return KERNELS_NON_FINITE;
  }
  return KERNELS_OK;
}
