// Error of a layer's outputs: src/reference/output-error.ts says what, and in which order sums are taken. All forms give its bits.
//
//   output_error_v1  a thread for a token and an output
//   output_error_v2  64 tokens by 64 outputs a block, 4 by 4 a thread, 16 columns at a time through shared memory
//
// Must compute tokens * outputs * columns multiply-adds in float32.
#include "output_error.h"

namespace kernels {
namespace {

// Columns whose products are summed in float32.
constexpr uint32_t BLOCK = 256;
constexpr int TILE = 64;
constexpr int DEPTH = 16;

KERNELS_DEVICE double size_of(double error, int32_t squares) { return squares ? error * error : fabs(error); }

} // namespace

__global__ void output_error_v1(OutputErrorJob job) {
  const uint64_t at = (uint64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= (uint64_t)job.tokens * job.outputs) return;
  const uint64_t output = at % job.outputs * job.cols;
  const uint64_t token = at / job.outputs * job.cols;
  double total = 0;
  for (uint32_t from = 0; from < job.cols; from += BLOCK) {
    float part = 0;
    for (uint32_t j = from; j < job.cols && j < from + BLOCK; j++)
      part = __fmaf_rn(job.x[token + j], job.weight[output + j] - job.approximation[output + j], part);
    total += (double)part;
  }
  job.sizes[at] = size_of(total, job.squares);
}

__global__ void __launch_bounds__(256) output_error_v2(OutputErrorJob job) {
  // One more, so that a column of the tile lies in different banks.
  float(*x)[TILE + 1] = reinterpret_cast<float(*)[TILE + 1]>(block_shared());
  float(*difference)[TILE + 1] = x + DEPTH;
  const uint32_t across = (job.outputs + TILE - 1) / TILE;
  const uint32_t first_output = blockIdx.x % across * TILE;
  const uint32_t first_token = blockIdx.x / across * TILE;
  const uint32_t tx = threadIdx.x % 16;
  const uint32_t ty = threadIdx.x / 16;
  double total[4][4] = {};
  float part[4][4] = {};
  for (uint32_t from = 0; from < job.cols; from += DEPTH) {
    __syncthreads();
    for (uint32_t e = threadIdx.x; e < TILE * DEPTH; e += 256) {
      const uint32_t line = e / DEPTH;
      const uint32_t j = from + e % DEPTH;
      const uint64_t token = (uint64_t)(first_token + line) * job.cols + j;
      const uint64_t output = (uint64_t)(first_output + line) * job.cols + j;
      // A product with 0 adds nothing: 0 + -0 is 0.
      x[e % DEPTH][line] = j < job.cols && first_token + line < job.tokens ? job.x[token] : 0.0f;
      difference[e % DEPTH][line] =
          j < job.cols && first_output + line < job.outputs ? job.weight[output] - job.approximation[output] : 0.0f;
    }
    __syncthreads();
#pragma unroll
    for (int j = 0; j < DEPTH; j++) {
      float a[4], b[4];
#pragma unroll
      for (int k = 0; k < 4; k++) {
        a[k] = x[j][ty + 16 * k];
        b[k] = difference[j][tx + 16 * k];
      }
#pragma unroll
      for (int t = 0; t < 4; t++)
#pragma unroll
        for (int o = 0; o < 4; o++) part[t][o] = __fmaf_rn(a[t], b[o], part[t][o]);
    }
    if ((from + DEPTH) % BLOCK != 0 && from + DEPTH < job.cols) continue;
#pragma unroll
    for (int t = 0; t < 4; t++)
#pragma unroll
      for (int o = 0; o < 4; o++) {
        total[t][o] += (double)part[t][o];
        part[t][o] = 0;
      }
  }
#pragma unroll
  for (int t = 0; t < 4; t++)
#pragma unroll
    for (int o = 0; o < 4; o++) {
      const uint32_t token = first_token + ty + 16 * t;
      const uint32_t output = first_output + tx + 16 * o;
      if (token < job.tokens && output < job.outputs)
        job.sizes[(uint64_t)token * job.outputs + output] = size_of(total[t][o], job.squares);
    }
}

// The sizes of an output in the order of the tokens.
__global__ void sum_tokens(OutputErrorJob job) {
  const uint32_t output = blockIdx.x * blockDim.x + threadIdx.x;
  if (output >= job.outputs) return;
  double sum = 0;
  for (uint32_t t = 0; t < job.tokens; t++) sum += job.sizes[(uint64_t)t * job.outputs + output];
  job.sums[output] = sum;
}

void output_error_on_device(const OutputErrorJob &job, cudaStream_t stream) {
  if (settings().version == 1) {
    const int64_t pairs = (int64_t)job.tokens * job.outputs;
    launch("output_error_v1", output_error_v1, Launch{(pairs + 255) / 256, 256, 0, stream}, job);
  } else {
    const int64_t blocks = (int64_t)((job.outputs + TILE - 1) / TILE) * ((job.tokens + TILE - 1) / TILE);
    launch("output_error_v2", output_error_v2, Launch{blocks, 256, 2 * DEPTH * (TILE + 1) * sizeof(float), stream}, job);
  }
  launch("sum_tokens", sum_tokens, Launch{((int64_t)job.outputs + 127) / 128, 128, 0, stream}, job);
}

} // namespace kernels
