// Error of some outputs of a layer, everything on the device.
#pragma once

#include "host.h"

namespace kernels {

struct OutputErrorJob {
  // [tokens, cols], [outputs, cols]
  const float *x;
  const float *weight;
  const float *approximation;
  uint32_t tokens;
  uint32_t outputs;
  uint32_t cols;
  int32_t squares;
  // Scratch, [tokens, outputs].
  double *sizes;
  // [outputs]
  double *sums;
};

void output_error_on_device(const OutputErrorJob &job, cudaStream_t stream);

} // namespace kernels
