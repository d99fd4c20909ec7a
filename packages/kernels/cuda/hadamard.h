#pragma once

#include "host.h"

namespace kernels {

// In place; count is a multiple of block.
void hadamard_on_device(float *x, int64_t count, int64_t block, cudaStream_t stream);

} // namespace kernels
