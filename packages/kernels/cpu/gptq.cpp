// GPTQ's rounding of columns: src/reference/gptq.ts says what, and the order of every weight's operations.
#include "group_weights.h"
#include "kernels.h"
#include "products.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernels {
namespace {

// Rows that are rounded together, side by side in memory.
constexpr int64_t ROWS = 64;
static_assert(ROWS % TILE_COLS == 0, "whole tiles");

// U in tiles of TILE_ROWS columns, each with its rows down to the diagonal one after the other.
class PackedFactor {
public:
  bool pack(const double *upper, int64_t cols, int32_t threads) {
    const int64_t tiles = (cols + TILE_ROWS - 1) / TILE_ROWS;
    values_ = allocate<double>(offset(tiles));
    if (!values_) return false;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
    for (int64_t t = 0; t < tiles; t++) {
      double *__restrict tile = &values_[offset(t)];
      for (int64_t p = 0; p < std::min(cols, (t + 1) * TILE_ROWS); p++)
        for (int64_t r = 0; r < TILE_ROWS; r++) {
          const int64_t q = t * TILE_ROWS + r;
          tile[p * TILE_ROWS + r] = q >= p && q < cols ? upper[p * cols + q] : 0;
        }
    }
    return true;
  }

  // Row p of tile t; row p + 1 follows.
  const double *at(int64_t t, int64_t p) const { return &values_[offset(t) + p * TILE_ROWS]; }

private:
  static int64_t offset(int64_t tile) { return TILE_ROWS * TILE_ROWS * (tile * (tile + 1) / 2); }
  Buffer<double> values_;
};

// Working memory of one thread; [columns, ROWS] each.
struct Batch {
  Buffer<double> settled, current, errors;
  Buffer<uint8_t> codes;
  float scale[ROWS];
  float zero[ROWS];

  bool reserve(int64_t cols, int64_t block) {
    // Tiles of columns may reach past the last one.
    settled = allocate<double>((cols + TILE_ROWS) * ROWS);
    current = allocate<double>(block * ROWS);
    errors = allocate<double>(block * ROWS);
    codes = allocate<uint8_t>(cols * ROWS);
    return settled && current && errors && codes;
  }
};

// Scale and zero of columns [first, last) as they stand.
void grids(Batch &batch, int64_t first, int64_t last, int32_t top) {
  double low[ROWS] = {};
  double high[ROWS] = {};
  for (int64_t p = first; p < last; p++) {
    const double *__restrict w = &batch.settled[p * ROWS];
    for (int64_t i = 0; i < ROWS; i++) {
      low[i] = w[i] < low[i] ? w[i] : low[i];
      high[i] = w[i] > high[i] ? w[i] : high[i];
    }
  }
  for (int64_t i = 0; i < ROWS; i++) {
    const float scale = (float)(high[i] - low[i]) / (float)top;
    batch.scale[i] = scale > 0 ? scale : 2.0f / (float)top;
    batch.zero[i] = (float)(scale > 0 ? std::nearbyint((0 - low[i]) / (double)scale) : std::nearbyint(top / 2.0));
  }
}

// Codes of one column, and the errors that the columns after it take over.
void round_column(const double *__restrict w, const float *__restrict scale, const float *__restrict zero, double top,
                  double diagonal, uint8_t *__restrict codes, double *__restrict errors) {
  for (int64_t i = 0; i < ROWS; i++) {
    const double s = scale[i];
    const double z = zero[i];
    const double steps = std::nearbyint(w[i] / s) + z;
    // A weight that is no longer a number gets code 0.
    const double raised = steps > 0 ? steps : 0;
    const double code = raised < top ? raised : top;
    codes[i] = (uint8_t)(int32_t)code;
    errors[i] = (w[i] - (code - z) * s) / diagonal;
  }
}

// Errors of columns [start, end) of the block -> settled columns from `end` on.
void spread(Batch &batch, const PackedFactor &factor, int64_t start, int64_t end, int64_t cols) {
  // A tile may hold columns of the block too: they are not read again.
  for (int64_t t = end / TILE_ROWS; t * TILE_ROWS < cols; t++) {
    for (int64_t i = 0; i < ROWS; i += TILE_COLS)
      subtract_products(&batch.settled[t * TILE_ROWS * ROWS + i], ROWS, factor.at(t, start), &batch.errors[i], ROWS,
                        end - start);
  }
}

} // namespace
} // namespace kernels

int32_t kernels_gptq(const float *weight, int64_t rows, int64_t cols, const int32_t *order, const uint8_t *unused,
                     const double *upper, int32_t bits, int64_t group, int64_t block, uint8_t *codes, float *scale,
                     float *zero, int64_t *bad_index, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
  const int32_t top = (1 << bits) - 1;
  const int64_t groups = cols / group;
  PackedFactor factor;
  const auto all_codes = allocate<uint8_t>(rows * cols);
  if (!all_codes || !factor.pack(upper, cols, threads)) return KERNELS_OUT_OF_MEMORY;
  std::atomic<int64_t> bad{std::numeric_limits<int64_t>::max()};
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    Batch batch;
    if (!batch.reserve(cols, std::min(block, cols))) out_of_memory = true;
#pragma omp for schedule(dynamic, 1)
    for (int64_t first = 0; first < rows; first += ROWS) {
      if (out_of_memory) continue;
      const int64_t count = std::min(ROWS, rows - first);
      bool good = true;
      for (int64_t i = 0; i < count; i++) {
        const float *row = weight + (first + i) * cols;
        if (finite(row, cols)) continue;
        keep_smallest(bad, (first + i) * cols + first_bad(row, cols));
        good = false;
        break;
      }
      if (!good) continue;
      for (int64_t p = 0; p < cols; p++)
        for (int64_t i = 0; i < ROWS; i++)
          batch.settled[p * ROWS + i] = unused[p] || i >= count ? 0 : (double)weight[(first + i) * cols + order[p]];
      std::fill_n(&batch.settled[cols * ROWS], TILE_ROWS * ROWS, 0.0);
      for (int64_t start = 0; start < cols; start += block) {
        const int64_t end = std::min(start + block, cols);
        std::copy_n(&batch.settled[start * ROWS], (end - start) * ROWS, batch.current.get());
        for (int64_t p = start; p < end; p++) {
          if (p % group == 0) {
            grids(batch, p, p + group, top);
            for (int64_t i = 0; i < count; i++) {
              scale[(first + i) * groups + p / group] = batch.scale[i];
              zero[(first + i) * groups + p / group] = batch.zero[i];
            }
          }
          const double *u = upper + p * cols;
          double *__restrict errors = &batch.errors[(p - start) * ROWS];
          round_column(&batch.current[(p - start) * ROWS], batch.scale, batch.zero, top, u[p], &batch.codes[p * ROWS], errors);
          for (int64_t q = p + 1; q < end; q++) {
            double *__restrict w = &batch.current[(q - start) * ROWS];
            for (int64_t i = 0; i < ROWS; i++) w[i] -= errors[i] * u[q];
          }
        }
        spread(batch, factor, start, end, cols);
      }
      for (int64_t i = 0; i < count; i++)
        for (int64_t p = 0; p < cols; p++) all_codes[(first + i) * cols + p] = batch.codes[p * ROWS + i];
    }
  }
  if (out_of_memory) return KERNELS_OUT_OF_MEMORY;
  if (bad != std::numeric_limits<int64_t>::max()) {
    *bad_index = bad;
    return KERNELS_NON_FINITE;
  }
  return kernels_pack(all_codes.get(), rows * cols, bits, codes, threads);
}
