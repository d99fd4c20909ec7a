// Vectors of eight float32 and pairs of four double, by GCC vector extensions: the same source on SSE2, AVX2, AVX-512 and NEON.
#pragma once

#include <cstdint>
#include <cstring>
#if defined(__AVX__)
#include <immintrin.h>
#endif

namespace kernels {

typedef float f32x8 __attribute__((vector_size(32)));
typedef double f64x4 __attribute__((vector_size(32)));
typedef int32_t i32x8 __attribute__((vector_size(32)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));

#define KERNELS_INLINE static inline __attribute__((always_inline))

KERNELS_INLINE f32x8 load8(const float *p) {
  f32x8 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

KERNELS_INLINE void store8(float *p, f32x8 v) { std::memcpy(p, &v, sizeof v); }

KERNELS_INLINE f64x4 load4(const double *p) {
  f64x4 v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

KERNELS_INLINE void store4(double *p, f64x4 v) { std::memcpy(p, &v, sizeof v); }

KERNELS_INLINE f32x8 splat8(float x) { return f32x8{x, x, x, x, x, x, x, x}; }

KERNELS_INLINE f64x4 widen4(const float *p) {
#if defined(__AVX__)
  return (f64x4)_mm256_cvtps_pd(_mm_loadu_ps(p));
#else
  return f64x4{(double)p[0], (double)p[1], (double)p[2], (double)p[3]};
#endif
}

// NaN in x gives `low`, as in the reference.
KERNELS_INLINE f32x8 clamp8(f32x8 x, f32x8 low, f32x8 high) {
  const f32x8 raised = x > low ? x : low;
  return raised < high ? raised : high;
}

} // namespace kernels
