// Walsh-Hadamard transform of blocks of a row: src/reference/hadamard.ts says what.
#include "kernels.h"
#include "simd.h"

#include <algorithm>
#include <cmath>

namespace kernels {
namespace {

// a + b in the lanes without the bit `DISTANCE`, a - b in those with it.
template <int DISTANCE> KERNELS_INLINE f32x8 butterfly8(f32x8 x) {
  constexpr int D = DISTANCE;
  const i32x8 partner = {0 ^ D, 1 ^ D, 2 ^ D, 3 ^ D, 4 ^ D, 5 ^ D, 6 ^ D, 7 ^ D};
  const i32x8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  // Turning x into -x there makes it b + a and a - b.
  const f32x8 turned = (f32x8)((i32x8)x ^ (((lane & D) != 0) & (int32_t)0x80000000));
  return __builtin_shuffle(x, partner) + turned;
}

void transform(float *__restrict x, int64_t block, float norm) {
  int64_t distance = 1;
  if (block >= 8) {
    for (int64_t i = 0; i < block; i += 8)
      store8(x + i, butterfly8<4>(butterfly8<2>(butterfly8<1>(load8(x + i)))));
    distance = 8;
  }
  for (; distance < block; distance *= 2) {
    for (int64_t i = 0; i < block; i += 2 * distance) {
      float *__restrict low = x + i;
      float *__restrict high = low + distance;
      for (int64_t j = 0; j < distance; j++) {
        const float a = low[j];
        const float b = high[j];
        low[j] = a + b;
        high[j] = a - b;
      }
    }
  }
  for (int64_t j = 0; j < block; j++) x[j] *= norm;
}

} // namespace
} // namespace kernels

int32_t kernels_hadamard(const float *x, int64_t rows, int64_t cols, int64_t block, float *out, int32_t threads) {
  using namespace kernels;
  const float norm = (float)(1.0 / std::sqrt((double)block));
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t i = 0; i < rows; i++) {
    float *row = out + i * cols;
    if (x != out) std::copy_n(x + i * cols, cols, row);
    for (int64_t j = 0; j < cols; j += block) transform(row + j, block, norm);
  }
  return KERNELS_OK;
}
