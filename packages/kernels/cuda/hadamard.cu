// Walsh-Hadamard transform of blocks of a row: src/reference/hadamard.ts says what.
//
//   hadamard_v1  a launch for a distance, a thread for a pair, in device memory; for blocks of any size
//   hadamard_v2  everything in one pass: distances below 8 within a thread's eight values, up to 128 by shuffles, beyond in
//                shared memory. For blocks of 8 to what shared memory holds.
//
// Must move 8 bytes a weight.
#include "hadamard.h"
#include "pieces.h"

#include <cmath>

namespace kernels {
namespace {

constexpr int THREADS = 256;
// Values of a thread block of hadamard_v2 where its blocks are small.
constexpr uint32_t SPAN = THREADS * 8;

} // namespace

__global__ void hadamard_v1(float *x, uint32_t count, uint32_t distance) {
  const uint32_t pair = blockIdx.x * blockDim.x + threadIdx.x;
  if (pair >= count / 2) return;
  const uint32_t at = pair / distance * 2 * distance + pair % distance;
  const float a = x[at];
  const float b = x[at + distance];
  x[at] = a + b;
  x[at + distance] = a - b;
}

__global__ void hadamard_norm_v1(float *x, uint32_t count, float norm) {
  const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at < count) x[at] *= norm;
}

__global__ void __launch_bounds__(THREADS) hadamard_v2(float *x, uint32_t count, uint32_t block, uint32_t span, float norm) {
  float *shared = reinterpret_cast<float *>(block_shared());
  const uint32_t begin = blockIdx.x * span;
  const bool wide = block > 256;
  for (uint32_t base = 0; base < span; base += SPAN) {
    const uint32_t at = base + threadIdx.x * 8;
    const bool mine = begin + at < count;
    float v[8];
    load8(x, F32, mine ? begin + at : 0, v);
#pragma unroll
    for (uint32_t d = 1; d < 8; d *= 2) {
#pragma unroll
      for (uint32_t k = 0; k < 8; k++) {
        if (k & d) continue;
        const float a = v[k];
        const float b = v[k + d];
        v[k] = a + b;
        v[k + d] = a - b;
      }
    }
    for (uint32_t d = 8; d < block && d < 256; d *= 2) {
      const bool up = threadIdx.x & (d / 8);
#pragma unroll
      for (int k = 0; k < 8; k++) {
        const float other = __shfl_xor_sync(ALL_LANES, v[k], d / 8);
        v[k] = up ? other - v[k] : v[k] + other;
      }
    }
    if (wide) {
      store8(shared + at, v);
    } else if (mine) {
#pragma unroll
      for (int k = 0; k < 8; k++) v[k] *= norm;
      store8(x + begin + at, v);
    }
  }
  if (!wide) return;
  for (uint32_t d = 256; d < block; d *= 2) {
    __syncthreads();
    for (uint32_t pair = threadIdx.x; pair < span / 2; pair += THREADS) {
      const uint32_t at = pair / d * 2 * d + pair % d;
      const float a = shared[at];
      const float b = shared[at + d];
      shared[at] = a + b;
      shared[at + d] = a - b;
    }
  }
  __syncthreads();
  for (uint32_t at = threadIdx.x; at < span && begin + at < count; at += THREADS) x[begin + at] = shared[at] * norm;
}

void hadamard_on_device(float *x, int64_t count, int64_t block, cudaStream_t stream) {
  const float norm = (float)(1.0 / std::sqrt((double)block));
  const int64_t span = std::max<int64_t>(SPAN, block);
  const size_t shared = block > 256 ? (size_t)span * sizeof(float) : 0;
  if (block >= 8 && shared <= (size_t)device_limits().shared_bytes && settings().version != 1) {
    const Launch shape = {(count + span - 1) / span, THREADS, shared, stream};
    launch("hadamard_v2", hadamard_v2, shape, x, (uint32_t)count, (uint32_t)block, (uint32_t)span, norm);
    return;
  }
  for (int64_t d = 1; d < block; d *= 2) {
    const Launch shape = {(count / 2 + THREADS - 1) / THREADS, THREADS, 0, stream};
    launch("hadamard_v1", hadamard_v1, shape, x, (uint32_t)count, (uint32_t)d);
  }
  launch("hadamard_norm_v1", hadamard_norm_v1, Launch{(count + THREADS - 1) / THREADS, THREADS, 0, stream}, x, (uint32_t)count,
         norm);
}

} // namespace kernels

int32_t kernels_hadamard(const float *x, int64_t rows, int64_t cols, int64_t block, float *out, int32_t) {
  using namespace kernels;
  if (cols > MOST) return KERNELS_BAD_ARGUMENT;
  return guarded(PIECE, cols, [&](int64_t piece) -> int32_t {
    const int64_t height = piece_rows(rows, cols, 1, piece);
    const int64_t pieces = (rows + height - 1) / height;
    Device<float> first(height * cols), second(pieces > 1 ? height * cols : 0);
    const auto count_of = [&](int64_t p) { return std::min(height, rows - p * height) * cols; };
    const auto begin = [&](int64_t p, Lane &on) {
      float *device = p & 1 ? second : first;
      const size_t bytes = (size_t)count_of(p) * sizeof(float);
      unsigned char *in = on.pinned_in(bytes);
      copy_rows(in, bytes, x + p * height * cols, bytes, bytes, 1);
      upload<float>(device, in, count_of(p), on.stream);
      hadamard_on_device(device, count_of(p), block, on.stream);
      download<float>(on.pinned_out(bytes), device, count_of(p), on.stream);
    };
    const auto end = [&](int64_t p, Lane &on) {
      const size_t bytes = (size_t)count_of(p) * sizeof(float);
      copy_rows(out + p * height * cols, bytes, on.pinned_out(0), bytes, bytes, 1);
    };
    in_turns(pieces, begin, end);
    return KERNELS_OK;
  });
}
