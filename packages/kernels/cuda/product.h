// y = (x * t) [s (q - z)]^T for 4-bit codes, everything on the device.
#pragma once

#include "host.h"

namespace kernels {

struct ProductJob {
  const uint8_t *codes;
  uint32_t rows;
  uint32_t cols;
  uint32_t group;
  const float *scale;
  const float *zero;
  // Null: no second scale.
  const float *input_scale;
  // [tokens, cols]
  const void *x;
  int32_t type;
  uint32_t tokens;
  float *y;
};

void product_on_device(const ProductJob &job, cudaStream_t stream);

} // namespace kernels
