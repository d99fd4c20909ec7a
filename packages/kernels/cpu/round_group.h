// The rounding rules of one group: src/reference/group-rules.ts says what each computes.
#pragma once

#include <cstdint>

namespace kernels {

struct RoundSettings {
  int32_t scheme;
  int32_t bits;
  double zero_limit;
  const float *thresholds;
  int32_t threshold_count;
};

struct GroupScale {
  float scale;
  float zero;
};

// x[n] -> codes[n], one a byte. x and codes are readable and writable up to the next multiple of eight.
GroupScale round_group(const float *x, int64_t n, const RoundSettings &settings, uint8_t *codes);

} // namespace kernels
