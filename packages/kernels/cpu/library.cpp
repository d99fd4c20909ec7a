#include "kernels.h"

#include <algorithm>
#include <cstring>

int32_t kernels_abi(void) { return KERNELS_ABI; }

const char *kernels_instruction_set(void) {
#if defined(__AVX512VL__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#elif defined(__SSE2__)
  return "SSE2";
#elif defined(__ARM_NEON)
  return "NEON";
#else
  return "portable";
#endif
}

int32_t kernels_threaded(void) {
#ifdef _OPENMP
  return 1;
#else
  return 0;
#endif
}

int32_t kernels_copy(const float *from, float *to, int64_t count, int32_t threads) {
  constexpr int64_t PIECE = 1 << 18;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t start = 0; start < count; start += PIECE)
    std::memcpy(to + start, from + start, (size_t)std::min(PIECE, count - start) * sizeof(float));
  return KERNELS_OK;
}
