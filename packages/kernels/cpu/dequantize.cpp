// Codes back to float32: src/reference/dequantize.ts says what.
#include "kernels.h"
#include "pack.h"
#include "threads.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kernels {
namespace {

template <bool LEVELS, bool COLUMNS>
void dequantize_group(const uint8_t *__restrict codes, int64_t n, const float *__restrict levels, float scale, float zero,
                      const float *__restrict column_scale, float *__restrict out) {
  for (int64_t j = 0; j < n; j++) {
    const float value = LEVELS ? levels[codes[j]] : (float)codes[j];
    const float y = (value - zero) * scale;
    out[j] = COLUMNS ? y * column_scale[j] : y;
  }
}

} // namespace
} // namespace kernels

int32_t kernels_dequantize(const uint8_t *codes, int64_t rows, int64_t cols, int32_t bits, int64_t group,
                           const float *scale, const float *zero, int64_t zero_count, const float *levels,
                           int32_t level_count, const float *column_scale, int64_t column_scale_rows, float *out,
                           int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8 || level_count > 256) return KERNELS_BAD_ARGUMENT;
  // A damaged code beyond the codebook gives NaN and reads nothing past it.
  float table[256];
  std::fill_n(table, 256, std::nanf(""));
  if (levels) std::copy_n(levels, level_count, table);
  const auto kernel = levels ? (column_scale ? dequantize_group<true, true> : dequantize_group<true, false>)
                             : (column_scale ? dequantize_group<false, true> : dequantize_group<false, false>);
  const int64_t groups = cols / group;
  const int64_t aligned = ALIGNED_CODES / std::gcd(cols, ALIGNED_CODES);
  const int64_t block = aligned * std::max<int64_t>(1, 16384 / (aligned * cols));
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    const auto block_codes = allocate<uint8_t>(std::min(block, rows) * cols);
    if (!block_codes) out_of_memory = true;
#pragma omp for schedule(dynamic, 4)
    for (int64_t top = 0; top < rows; top += block) {
      if (out_of_memory) continue;
      const int64_t bottom = std::min(rows, top + block);
      unpack_block(codes + packed_offset(top * cols, bits), (bottom - top) * cols, bits, block_codes.get());
      for (int64_t i = top; i < bottom; i++) {
        const float *columns = column_scale ? column_scale + i / column_scale_rows * cols : nullptr;
        for (int64_t g = 0; g < groups; g++) {
          const int64_t at = i * groups + g;
          kernel(&block_codes[(i - top) * cols + g * group], group, table, scale[at], zero_count == 1 ? zero[0] : zero[at],
                 columns ? columns + g * group : nullptr, out + i * cols + g * group);
        }
      }
    }
  }
  return out_of_memory ? KERNELS_OUT_OF_MEMORY : KERNELS_OK;
}
