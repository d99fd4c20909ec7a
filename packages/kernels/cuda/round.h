// Rounding of a piece of a matrix that lies on the device.
#pragma once

#include "host.h"
#include "round_group.h"

namespace kernels {

// scratch: one byte a weight, only where the plain kernel is used (round_scratch says how many).
void round_on_device(const RoundJob &job, uint8_t *scratch, cudaStream_t stream);
int64_t round_scratch(const RoundJob &job);

} // namespace kernels
