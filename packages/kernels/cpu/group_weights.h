// The weights of one group as they are rounded: checked, normalized, and readable in whole vectors.
#pragma once

#include "threads.h"

#include <cstring>

namespace kernels {

// Sinkhorn scales to divide by, both or neither.
struct Normalization {
  const float *row_scale;
  const float *column_scale;
  int64_t tile_rows;
  int64_t tile_cols;
};

static inline bool finite(const float *x, int64_t n) {
  uint32_t largest = 0;
  for (int64_t j = 0; j < n; j++) {
    uint32_t word;
    std::memcpy(&word, x + j, sizeof word);
    word &= 0x7fffffff;
    largest = word > largest ? word : largest;
  }
  return largest < 0x7f800000;
}

static inline int64_t first_bad(const float *x, int64_t n) {
  int64_t j = 0;
  while (j < n && finite(x + j, 1)) j++;
  return j;
}

struct GroupWeights {
  const float *x;
  float row_scale;
};

// Columns [first, first + n) of row i, divided by column scale and row scale, each division rounded. Uses x[n + 8] where
// they cannot be read in place.
static inline GroupWeights group_weights(const float *__restrict row, int64_t i, int64_t first, int64_t n, int64_t cols,
                                         const Normalization &norm, float *__restrict x) {
  const float *__restrict w = row + first;
  if (norm.row_scale) {
    const float r = norm.row_scale[i * (cols / norm.tile_cols) + first / norm.tile_cols];
    const float *__restrict c = norm.column_scale + i / norm.tile_rows * cols + first;
    for (int64_t j = 0; j < n; j++) x[j] = w[j] / c[j] / r;
    return {x, r};
  }
  // Whole vectors past the end of the matrix must not be read.
  if (n % 8 == 0) return {w, 1};
  std::memcpy(x, w, (size_t)n * sizeof(float));
  return {x, 1};
}

} // namespace kernels
