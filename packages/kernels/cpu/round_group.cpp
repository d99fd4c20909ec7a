#include "round_group.h"
#include "kernels.h"
#include "numeric.h"
#include "simd.h"

#include <algorithm>
#include <limits>

namespace kernels {
namespace {

constexpr float COARSE_STEPS = 2048;

struct Range {
  float low;
  float high;
};

Range range_of(const float *x, int64_t n) {
  f32x8 low = splat8(x[0]);
  f32x8 high = low;
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    const f32x8 v = load8(x + j);
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  Range range{low[0], high[0]};
  for (int k = 1; k < 8; k++) range = {std::min(range.low, low[k]), std::max(range.high, high[k])};
  for (; j < n; j++) range = {std::min(range.low, x[j]), std::max(range.high, x[j])};
  return range;
}

KERNELS_INLINE void store_codes(uint8_t *codes, i32x8 v) {
  const u8x8 bytes = __builtin_convertvector(v, u8x8);
  std::memcpy(codes, &bytes, sizeof bytes);
}

// codes = clamp(round(x / scale + zero), low, high) + offset
void uniform_codes(const float *x, int64_t n, float scale, float zero, float low, float high, int32_t offset,
                   uint8_t *codes) {
  const f32x8 divisor = splat8(scale);
  const f32x8 shift = splat8(zero);
  const f32x8 bottom = splat8(low);
  const f32x8 top = splat8(high);
  const f32x8 rounder = splat8(ROUNDER);
  // The low bits of a float near ROUNDER are the integer itself.
  const int32_t bias = 0x4b400000 - offset;
  for (int64_t j = 0; j < n; j += 8) {
    const f32x8 t = clamp8(load8(x + j) / divisor + shift, bottom, top) + rounder;
    store_codes(codes + j, (i32x8)t - bias);
  }
}

float coarse_scale(Range range) { return std::max(-range.low, range.high) / COARSE_STEPS; }

float whole_zero(float low, float scale) { return 0.0f - std::nearbyint(low / scale); }

GroupScale asymmetric(const float *x, int64_t n, const RoundSettings &settings, uint8_t *codes) {
  const float top = (float)((1 << settings.bits) - 1);
  const Range range = range_of(x, n);
  float scale = std::max(range.high - range.low, 1e-4f) / top;
  float zero = whole_zero(range.low, scale);
  if (std::fabs((double)zero) > settings.zero_limit) {
    scale = coarse_scale(range);
    zero = whole_zero(range.low, scale);
  }
  uniform_codes(x, n, scale, zero, 0, top, 0, codes);
  return {scale, zero};
}

GroupScale symmetric(const float *x, int64_t n, const RoundSettings &settings, uint8_t *codes) {
  const int32_t top = (1 << (settings.bits - 1)) - 2;
  const Range range = range_of(x, n);
  const float scale = std::max(std::max(-range.low, range.high), 1e-5f) / (float)top;
  uniform_codes(x, n, scale, 0, (float)(-top - 1), (float)top, top + 1, codes);
  return {scale, (float)(top + 1)};
}

float mean_of(const float *x, int64_t n) {
  f64x4 low{};
  f64x4 high{};
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    low += widen4(x + j);
    high += widen4(x + j + 4);
  }
  for (; j < n; j++) ((j & 4) ? high : low)[j & 3] += (double)x[j];
  const f64x4 half = low + high;
  return (float)(((half[0] + half[2]) + (half[1] + half[3])) / (double)n);
}

KERNELS_INLINE i32x8 nearest_level(f32x8 t, const RoundSettings &settings) {
  i32x8 code{};
  // A true comparison is -1.
  for (int32_t k = 0; k < settings.threshold_count; k++) code -= (i32x8)(t > splat8(settings.thresholds[k]));
  return code;
}

GroupScale codebook_shift(const float *x, int64_t n, const RoundSettings &settings, uint8_t *codes) {
  const float mean = mean_of(x, n);
  const Range range = range_of(x, n);
  float scale = std::max(std::max(range.high - mean, mean - range.low), 1e-4f);
  float zero = 0.0f - mean / scale;
  if (std::fabs((double)zero) > settings.zero_limit) {
    scale = coarse_scale(range);
    zero = 0.0f - mean / scale;
  }
  const f32x8 divisor = splat8(scale);
  const f32x8 shift = splat8(zero);
  for (int64_t j = 0; j < n; j += 8) store_codes(codes + j, nearest_level(load8(x + j) / divisor + shift, settings));
  return {scale, zero};
}

GroupScale codebook_absmax(const float *x, int64_t n, const RoundSettings &settings, uint8_t *codes) {
  const Range range = range_of(x, n);
  // 0 first: it must not be the -0 of a group of zeros, whose reciprocal is negative.
  const float largest = std::max(0.0f, std::max(-range.low, range.high));
  const f32x8 inverse = splat8(std::min(1.0f / largest, std::numeric_limits<float>::max()));
  for (int64_t j = 0; j < n; j += 8) store_codes(codes + j, nearest_level(load8(x + j) * inverse, settings));
  return {largest, 0};
}

} // namespace

GroupScale round_group(const float *x, int64_t n, const RoundSettings &settings, uint8_t *codes) {
  switch (settings.scheme) {
  case KERNELS_ASYMMETRIC: return asymmetric(x, n, settings, codes);
  case KERNELS_SYMMETRIC: return symmetric(x, n, settings, codes);
  case KERNELS_CODEBOOK_ABSMAX: return codebook_absmax(x, n, settings, codes);
  default: return codebook_shift(x, n, settings, codes);
  }
}

} // namespace kernels
