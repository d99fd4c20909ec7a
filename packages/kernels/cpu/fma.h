// Vectors of float32 as wide as the machine's registers, with the fused multiply-add of src/reference/fma32.ts.
#pragma once

#include "simd.h"

#include <cmath>
#if defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace kernels {

#if defined(__AVX512F__) && defined(__AVX512VL__)
constexpr int LANES = 16;
#elif defined(__AVX2__)
constexpr int LANES = 8;
#else
constexpr int LANES = 4;
#endif

typedef float f32xl __attribute__((vector_size(4 * LANES)));

// a * b + c, rounded once.
KERNELS_INLINE f32xl fma_lanes(f32xl a, f32xl b, f32xl c) {
#if defined(__AVX512F__) && defined(__AVX512VL__)
  return (f32xl)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__) && defined(__FMA__)
  return (f32xl)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON) && defined(__aarch64__)
  return (f32xl)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  for (int k = 0; k < LANES; k++) c[k] = std::fmaf(a[k], b[k], c[k]);
  return c;
#endif
}

KERNELS_INLINE f32xl load_lanes(const float *p) {
  f32xl v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

KERNELS_INLINE void store_lanes(float *p, f32xl v) { std::memcpy(p, &v, sizeof v); }

KERNELS_INLINE f32xl splat_lanes(float x) { return x - f32xl{}; }

} // namespace kernels
