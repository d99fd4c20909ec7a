// How a team adds up its lines: as the reference does (sinkhorn_v2), or in single precision (sinkhorn_v3).
#pragma once

#include "sinkhorn_step.h"

namespace kernels {

// sinkhorn_v3 leaves to sinkhorn_v1 what float32 cannot square, and lines of which the mean is most.
constexpr uint32_t SINGLE_HIGH = (127u + 40) << 23;
constexpr float SINGLE_CANCELLATION = 1.0f / 16;

// a / b, correctly rounded: see `divide` in cpu/line_statistics.cpp.
KERNELS_DEVICE float divide(float a, float b, float reciprocal) {
  const float q = a * reciprocal;
  return __fmaf_rn(__fmaf_rn(-q, b, a), reciprocal, q);
}

// sinkhorn_v2: a weight divided for its column and its row, and its square, are rounded as in the reference; sums are double.
struct Exact {
  using Number = double;
  KERNELS_DEVICE bool moderate(uint32_t word) { return word == 0 || (word >= MODERATE_LOW && word <= MODERATE_HIGH); }
  // What is kept of a line's scale, and what a division by it needs.
  KERNELS_DEVICE float kept(float scale) { return scale; }
  KERNELS_DEVICE float inverse(float kept) { return 1.0f / kept; }
  KERNELS_DEVICE void add(float w, float column, float column_inverse, float row, float row_inverse, double &along,
                          double &along_square, double &down, double &down_square) {
    const double m = (double)divide(divide(w, column, column_inverse), row, row_inverse);
    along += m;
    // The square of a float32 is exact in double: the bits of a product and a sum.
    along_square = __fma_rn(m, m, along_square);
    down += m;
    down_square = __fma_rn(m, m, down_square);
  }
  KERNELS_DEVICE float std_of(double sum, double square, uint32_t n, float) { return std_from_sums(sum, square, n); }
};

// sinkhorn_v3: reciprocals multiply sums of weights and of their squares, in float32.
struct Single {
  using Number = float;
  KERNELS_DEVICE bool moderate(uint32_t word) { return word <= SINGLE_HIGH; }
  KERNELS_DEVICE float kept(float scale) { return 1.0f / scale; }
  KERNELS_DEVICE float inverse(float kept) { return kept * kept; }
  KERNELS_DEVICE void add(float w, float column, float column_square, float row, float row_square, float &along,
                          float &along_square, float &down, float &down_square) {
    const float square = w * w;
    along = __fmaf_rn(w, column, along);
    along_square = __fmaf_rn(square, column_square, along_square);
    down = __fmaf_rn(w, row, down);
    down_square = __fmaf_rn(square, row_square, down_square);
  }
  // The scale of the line itself was left out of its sums.
  KERNELS_DEVICE float std_of(float sum, float square, uint32_t n, float kept) {
    const float spread = square - sum * sum / (float)n;
    return spread >= square * SINGLE_CANCELLATION ? kept * sqrtf(spread / (float)(n - 1)) : -1.0f;
  }
};

} // namespace kernels
