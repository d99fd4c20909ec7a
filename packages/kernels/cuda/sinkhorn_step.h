// What both forms of the normalization share: src/reference/sinkhorn.ts and line-statistics.ts say what it computes.
#pragma once

#include "device.h"

namespace kernels {

// A strip of a matrix, whole tiles of it.
struct SinkhornJob {
  const void *weight;
  int32_t type;
  uint32_t rows;
  uint32_t cols;
  // Elements from a row to the next: of the weights, of row_scale and of column_scale.
  uint32_t stride;
  uint32_t row_stride;
  uint32_t column_stride;
  uint32_t tile_rows;
  uint32_t tile_cols;
  int32_t iterations;
  float step_min;
  float step_max;
  int32_t early_stop;
  float *row_scale;
  float *column_scale;
  // The matrix's columns, and the one at which the strip begins.
  int64_t matrix_cols;
  int64_t first_col;
  unsigned long long *bad;
  // One a tile: sinkhorn_v2 leaves it to sinkhorn_v1. Null: sinkhorn_v1 does all.
  uint8_t *redo;
  // 3 (tile_rows + tile_cols) for every tile, for sinkhorn_v1.
  float *scratch;
};

// How sinkhorn_v2 is spread out: `size` blocks take a tile, `rows` rows each (a multiple of eight).
struct Team {
  int32_t size;
  uint32_t rows;
  bool on_chip;
  // Only for teams that meet in global memory: 2 * EXCHANGE doubles a block, and a zeroed counter a team.
  double *exchange;
  uint32_t *arrivals;
};

constexpr float STD_MIN = 1e-3f;
constexpr float STD_MAX = 1e3f;
constexpr float LOG_MIN = -0.3f;
constexpr float LOG_MAX = 10.0f;
constexpr float TAU_EXTRA = 1e-6f;
constexpr float IMBALANCE_FLOOR = 1e-12f;
constexpr double CANCELLATION = 1.0 / 1048576;

// |w| for which a division by a scale may go by its reciprocal: cpu/sinkhorn.cpp says why.
constexpr uint32_t MODERATE_LOW = (127u - 60) << 23;
constexpr uint32_t MODERATE_HIGH = (127u + 100) << 23;

KERNELS_DEVICE float infinity() { return float_of(0x7f800000u); }

struct TilePlace {
  uint32_t top, left, rows;
  float *row_scale;
  float *column_scale;
};

KERNELS_DEVICE TilePlace tile_place(const SinkhornJob &job, uint32_t tile) {
  const uint32_t across = job.cols / job.tile_cols;
  const uint32_t band = tile / across;
  const uint32_t column = tile % across;
  TilePlace place;
  place.top = band * job.tile_rows;
  place.left = column * job.tile_cols;
  place.rows = job.rows - place.top < job.tile_rows ? job.rows - place.top : job.tile_rows;
  place.row_scale = job.row_scale + (int64_t)place.top * job.row_stride + column;
  place.column_scale = job.column_scale + (int64_t)band * job.column_stride + place.left;
  return place;
}

KERNELS_DEVICE void report_bad(const SinkhornJob &job, uint32_t row, uint32_t col) {
  report_bad(job.bad, (int64_t)row * job.matrix_cols + job.first_col + col);
}

// -1 where cancellation left too little of the variance.
KERNELS_DEVICE float std_from_sums(double sum, double square, uint32_t n) {
  const double spread = square - sum * sum * (1.0 / (double)n);
  if (!(spread >= square * CANCELLATION)) return -1.0f;
  return (float)sqrt(spread * (1.0 / (double)(n - 1)));
}

KERNELS_DEVICE float step_of(const SinkhornJob &job, float log, float std, float tau) {
  const float ratio = clamp(std, STD_MIN, STD_MAX) / tau;
  return clamp(log + log32(clamp(ratio, job.step_min, job.step_max)), LOG_MIN, LOG_MAX);
}

// Of all lanes of a warp.
KERNELS_DEVICE void warp_range(float &low, float &high) {
  for (int d = 16; d > 0; d /= 2) {
    low = smaller(low, __shfl_xor_sync(ALL_LANES, low, d));
    high = larger(high, __shfl_xor_sync(ALL_LANES, high, d));
  }
}

// What an iteration decides from the smallest and largest standard deviation; the same in every thread of a tile.
struct Progress {
  float best = infinity();
  float tau = 0;
  enum Decision { keep, go_on, stop };

  __device__ Decision decide(const SinkhornJob &job, int32_t iteration, float low, float high) {
    if (high == 0 && low > 0) low = high = 1;
    if (iteration == 0) tau = clamp(low, STD_MIN, STD_MAX) + TAU_EXTRA;
    const float imbalance = high / larger(low, IMBALANCE_FLOOR);
    if (imbalance <= best) {
      best = imbalance;
      return keep;
    }
    return job.early_stop ? stop : go_on;
  }
};

} // namespace kernels
