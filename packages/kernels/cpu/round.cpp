// Rounding and packing of a whole matrix: src/reference/round.ts says what.
#include "group_weights.h"
#include "kernels.h"
#include "pack.h"
#include "round_group.h"

#include <algorithm>
#include <limits>
#include <numeric>

int32_t kernels_round(const float *weight, int64_t rows, int64_t cols, int32_t scheme, int32_t bits, int64_t group,
                      const float *thresholds, int32_t threshold_count, double zero_limit, const float *row_scale,
                      const float *column_scale, int64_t tile_rows, int64_t tile_cols, uint8_t *codes, float *scale,
                      float *zero, int64_t *bad_index, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
  const RoundSettings settings{scheme, bits, zero_limit, thresholds, threshold_count};
  const Normalization norm{row_scale, column_scale, tile_rows, tile_cols};
  const int64_t groups = cols / group;
  // Rows of a piece of work: few enough for the cache, and such that its codes begin at an aligned offset.
  const int64_t aligned = ALIGNED_CODES / std::gcd(cols, ALIGNED_CODES);
  const int64_t block = aligned * std::max<int64_t>(1, 32768 / (aligned * cols));
  std::atomic<int64_t> bad{std::numeric_limits<int64_t>::max()};
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    // Eight more, because groups are written in whole vectors.
    const auto block_codes = allocate<uint8_t>(std::min(block, rows) * cols + 8);
    const auto x = allocate<float>(group + 8);
    if (!block_codes || !x) out_of_memory = true;
#pragma omp for schedule(dynamic, 4)
    for (int64_t top = 0; top < rows; top += block) {
      if (out_of_memory) continue;
      const int64_t bottom = std::min(rows, top + block);
      for (int64_t i = top; i < bottom; i++) {
        const float *row = weight + i * cols;
        if (!finite(row, cols)) {
          keep_smallest(bad, i * cols + first_bad(row, cols));
          break;
        }
        for (int64_t g = 0; g < groups; g++) {
          const GroupWeights weights = group_weights(row, i, g * group, group, cols, norm, x.get());
          const GroupScale rounded = round_group(weights.x, group, settings, &block_codes[(i - top) * cols + g * group]);
          scale[i * groups + g] = rounded.scale * weights.row_scale;
          if (zero) zero[i * groups + g] = rounded.zero;
        }
      }
      pack_block(block_codes.get(), (bottom - top) * cols, bits, codes + packed_offset(top * cols, bits));
    }
  }
  if (out_of_memory) return KERNELS_OUT_OF_MEMORY;
  if (bad != std::numeric_limits<int64_t>::max()) {
    *bad_index = bad;
    return KERNELS_NON_FINITE;
  }
  return KERNELS_OK;
}
