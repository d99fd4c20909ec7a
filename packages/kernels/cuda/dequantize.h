// Dequantizing a piece of a matrix that lies on the device.
#pragma once

#include "host.h"

namespace kernels {

struct DequantizeJob {
  const uint8_t *codes;
  uint32_t rows;
  uint32_t cols;
  int32_t bits;
  uint32_t group;
  const float *scale;
  const float *zero;
  // Zeros are one for each group, or one for all.
  bool one_zero;
  // 256 values, NaN where there is no level; null: a code is its own value.
  const float *levels;
  // Of the piece's first tile; null: none.
  const float *column_scale;
  uint32_t column_scale_rows;
  uint32_t first_row;
  float *out;
};

void dequantize_on_device(const DequantizeJob &job, cudaStream_t stream);

// The 256 values of DequantizeJob::levels.
void padded_levels(const float *levels, int32_t count, float *padded);

} // namespace kernels
