// Error of the outputs of a rounded matrix, which is never stored: src/reference/rounded-error.ts says what.
#include "group_weights.h"
#include "kernels.h"
#include "output_error.h"
#include "round_group.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernels {
namespace {

// difference = w - ((level or code) - zero) * scale * column scale
template <bool LEVELS, bool COLUMNS>
void subtract_group(const float *__restrict w, const uint8_t *__restrict codes, int64_t n, const float *__restrict levels,
                    float scale, float zero, const float *__restrict column_scale, float *__restrict difference) {
  for (int64_t j = 0; j < n; j++) {
    const float value = LEVELS ? levels[codes[j]] : (float)codes[j];
    const float y = (value - zero) * scale;
    difference[j] = w[j] - (COLUMNS ? y * column_scale[j] : y);
  }
}

} // namespace
} // namespace kernels

int32_t kernels_rounded_error(const float *x, int64_t tokens, const float *weight, int64_t outputs, int64_t cols,
                              int32_t scheme, int32_t bits, int64_t group, const float *levels, const float *thresholds,
                              int32_t threshold_count, double zero_limit, const float *row_scale,
                              const float *column_scale, int64_t tile_rows, int64_t tile_cols, int32_t squares,
                              double *mean, int64_t *bad_index, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
  const RoundSettings settings{scheme, bits, zero_limit, thresholds, threshold_count};
  const Normalization norm{row_scale, column_scale, tile_rows, tile_cols};
  const auto subtract = levels ? (column_scale ? subtract_group<true, true> : subtract_group<true, false>)
                               : (column_scale ? subtract_group<false, true> : subtract_group<false, false>);
  std::atomic<int64_t> bad{std::numeric_limits<int64_t>::max()};
  PackedInputs inputs;
  if (!inputs.pack(x, tokens, cols, cols, threads)) return KERNELS_OUT_OF_MEMORY;
  const auto round_row = [&](int64_t o, float *difference, uint8_t *codes) {
    const float *row = weight + o * cols;
    if (!finite(row, cols)) {
      keep_smallest(bad, o * cols + first_bad(row, cols));
      std::fill_n(difference, cols, 0.0f);
      return;
    }
    for (int64_t first = 0; first < cols; first += group) {
      const GroupWeights weights = group_weights(row, o, first, group, cols, norm, difference + first);
      const GroupScale rounded = round_group(weights.x, group, settings, codes);
      const float *columns = column_scale ? column_scale + o / tile_rows * cols + first : nullptr;
      subtract(row + first, codes, group, levels, rounded.scale * weights.row_scale, rounded.zero, columns,
               difference + first);
    }
  };
  if (!mean_error(inputs, outputs, squares, mean, threads, round_row)) return KERNELS_OUT_OF_MEMORY;
  if (bad != std::numeric_limits<int64_t>::max()) {
    *bad_index = bad;
    return KERNELS_NON_FINITE;
  }
  return KERNELS_OK;
}
