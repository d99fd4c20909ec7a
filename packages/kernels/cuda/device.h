// What every kernel needs of the device. Compiled by nvcc, or by a C++ compiler for the emulation of the tests.
//
// The exactness rule of the other implementations holds here too: no fused multiply-add that the source does not spell out
// (--fmad=false), IEEE division and square root, and their exp and log.
#pragma once

#ifdef __CUDACC__
#include <cuda_runtime.h>
#else
#include "emulate/emulate.h"
#endif

#define KERNELS_FN static __host__ __device__ __forceinline__
#include "../cpu/numeric.h"

#define KERNELS_DEVICE static __device__ __forceinline__

namespace kernels {

constexpr unsigned ALL_LANES = 0xffffffffu;
constexpr int32_t F32 = 0;
constexpr int32_t F16 = 1;
constexpr int32_t BF16 = 2;

#ifdef __CUDACC__
KERNELS_DEVICE unsigned char *block_shared() {
  extern __shared__ __align__(16) unsigned char bytes[];
  return bytes;
}
KERNELS_DEVICE float half_to_float(uint16_t half) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
  return value;
}
#if __CUDA_ARCH__ >= 900
KERNELS_DEVICE void cluster_sync() {
  __syncwarp();
  __cluster_barrier_arrive();
  __cluster_barrier_wait();
}
template <typename T> KERNELS_DEVICE T *cluster_peer(T *shared, unsigned rank) {
  return static_cast<T *>(__cluster_map_shared_rank(shared, rank));
}
#else
// Never launched with clusters there.
KERNELS_DEVICE void cluster_sync() { __syncthreads(); }
template <typename T> KERNELS_DEVICE T *cluster_peer(T *shared, unsigned) { return shared; }
#endif
#else
KERNELS_DEVICE unsigned char *block_shared() { return emulate::shared(); }
#define cluster_sync() emulate::wait(emulate::Scope::cluster, __LINE__)
template <typename T> KERNELS_DEVICE T *cluster_peer(T *shared, unsigned rank) {
  return static_cast<T *>(emulate::cluster_map(shared, rank));
}
KERNELS_DEVICE float half_to_float(uint16_t half) {
  const int32_t exponent = (half >> 10) & 31;
  const float fraction = (float)(half & 1023) / 1024;
  const float size = exponent == 31  ? (half & 1023 ? NAN : INFINITY)
                     : exponent == 0 ? std::ldexp(fraction, -14)
                                     : std::ldexp(1 + fraction, exponent - 15);
  return half & 0x8000 ? -size : size;
}
#endif

KERNELS_DEVICE uint32_t bits_of(float x) {
  uint32_t word;
  memcpy(&word, &x, sizeof word);
  return word;
}
KERNELS_DEVICE float float_of(uint32_t word) {
  float x;
  memcpy(&x, &word, sizeof x);
  return x;
}
KERNELS_DEVICE bool is_finite(float x) { return (bits_of(x) & 0x7fffffffu) < 0x7f800000u; }

KERNELS_DEVICE float widen(uint16_t word, int32_t type) {
  return type == F16 ? half_to_float(word) : float_of((uint32_t)word << 16);
}

// Element `index` of an array of any of the types.
KERNELS_DEVICE float load1(const void *from, int32_t type, int64_t index) {
  if (type == F32) return static_cast<const float *>(from)[index];
  return widen(static_cast<const uint16_t *>(from)[index], type);
}

// Four elements from `index`, a multiple of four, on; `from` is aligned to 16 bytes.
KERNELS_DEVICE void load4(const void *from, int32_t type, int64_t index, float *x) {
  if (type == F32) {
    const float4 v = *reinterpret_cast<const float4 *>(static_cast<const float *>(from) + index);
    x[0] = v.x, x[1] = v.y, x[2] = v.z, x[3] = v.w;
    return;
  }
  const uint2 v = *reinterpret_cast<const uint2 *>(static_cast<const uint16_t *>(from) + index);
  x[0] = widen((uint16_t)v.x, type), x[1] = widen((uint16_t)(v.x >> 16), type);
  x[2] = widen((uint16_t)v.y, type), x[3] = widen((uint16_t)(v.y >> 16), type);
}

// Eight elements from `index`, a multiple of eight, on; `from` is aligned to 16 bytes.
KERNELS_DEVICE void load8(const void *from, int32_t type, int64_t index, float *x) {
  if (type == F32) {
    const float4 *vectors = reinterpret_cast<const float4 *>(static_cast<const float *>(from) + index);
    const float4 a = vectors[0];
    const float4 b = vectors[1];
    x[0] = a.x, x[1] = a.y, x[2] = a.z, x[3] = a.w, x[4] = b.x, x[5] = b.y, x[6] = b.z, x[7] = b.w;
    return;
  }
  const uint4 v = *reinterpret_cast<const uint4 *>(static_cast<const uint16_t *>(from) + index);
  const uint32_t words[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
  for (int k = 0; k < 4; k++) {
    x[2 * k] = widen((uint16_t)words[k], type);
    x[2 * k + 1] = widen((uint16_t)(words[k] >> 16), type);
  }
}

KERNELS_DEVICE void store8(float *to, const float *x) {
  float4 *vectors = reinterpret_cast<float4 *>(to);
  vectors[0] = float4{x[0], x[1], x[2], x[3]};
  vectors[1] = float4{x[4], x[5], x[6], x[7]};
}

KERNELS_DEVICE float smaller(float a, float b) { return b < a ? b : a; }
KERNELS_DEVICE float larger(float a, float b) { return b > a ? b : a; }

KERNELS_DEVICE float round_small(float x) { return (x + ROUNDER) - ROUNDER; }

// Keeps the smallest flat index of a weight that is NaN or infinite.
KERNELS_DEVICE void report_bad(unsigned long long *bad, int64_t index) { atomicMin(bad, (unsigned long long)index); }

// Offset in bits of packed code `index`: see src/packed-bytes.ts.
KERNELS_DEVICE int64_t bit_offset(int64_t index, int32_t bits) {
  return bits == 3 ? index / 10 * 32 + index % 10 * 3 : index * bits;
}

} // namespace kernels
