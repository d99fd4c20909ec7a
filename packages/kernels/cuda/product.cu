// Product of some inputs with a matrix of 4-bit codes and two scales: y = (x * t) [s (q - z)]^T.
//
//   product_v1  a thread for a token and an output
//   product_v2  a warp for an output and up to eight tokens at a time; x * t lies in shared memory, made once for all the outputs that
//               a block takes, so that the second scale costs a product for each of its elements. A group's zero is applied to
//               the sum of its inputs: s (sum q x - z sum x).
//
// Must move n / 2 bytes of codes and 8 n / g of scales and zeros, n = rows * cols; x and y are small beside them.
#include "product.h"
#include "pieces.h"

namespace kernels {
namespace {

constexpr int THREADS = 256;
constexpr uint32_t WARPS = THREADS / 32;

// 0 to 15 as a float, without the slow conversion: the low bits of a float near 2^23 are the integer.
KERNELS_DEVICE float small_float(uint32_t code) { return float_of(0x4b000000u | code) - 8388608.0f; }

} // namespace

__global__ void product_v1(ProductJob job) {
  const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= job.tokens * job.rows) return;
  const uint32_t row = at % job.rows;
  const int64_t token = (int64_t)(at / job.rows) * job.cols;
  const int64_t first = (int64_t)row * job.cols;
  float sum = 0;
  for (uint32_t j = 0; j < job.cols; j++) {
    const int64_t code = first + j;
    const float q = (float)((job.codes[code / 2] >> (code % 2 * 4)) & 15);
    const int64_t group = code / job.group;
    float x = load1(job.x, job.type, token + j);
    if (job.input_scale) x *= job.input_scale[j];
    sum = __fmaf_rn((q - job.zero[group]) * job.scale[group], x, sum);
  }
  job.y[at] = sum;
}

// Tokens first_token ... first_token + TOKENS - 1.
template <int TOKENS> __global__ void __launch_bounds__(THREADS) product_v2(ProductJob job, uint32_t first_token) {
  float *x = reinterpret_cast<float *>(block_shared());
  const uint32_t units = job.cols / 8;
  // Sums of eight neighbours, for the zeros.
  float *sums = x + (uint64_t)TOKENS * job.cols;
  for (uint32_t u = threadIdx.x; u < units; u += THREADS) {
    float t[8];
    if (job.input_scale) load8(job.input_scale, F32, u * 8, t);
    for (int n = 0; n < TOKENS; n++) {
      float v[8];
      const bool there = first_token + n < job.tokens;
      load8(job.x, job.type, (int64_t)(there ? first_token + n : 0) * job.cols + u * 8, v);
      float sum = 0;
#pragma unroll
      for (int k = 0; k < 8; k++) {
        if (job.input_scale) v[k] *= t[k];
        sum += v[k];
      }
      store8(x + (uint64_t)n * job.cols + u * 8, v);
      sums[n * units + u] = sum;
    }
  }
  __syncthreads();
  for (uint32_t base = blockIdx.x * WARPS; base < job.rows; base += gridDim.x * WARPS) {
    const uint32_t row = base + threadIdx.x / 32;
    const bool mine = row < job.rows;
    const uint32_t *codes = reinterpret_cast<const uint32_t *>(job.codes) + (uint64_t)(mine ? row : 0) * units;
    const uint32_t groups = job.cols / job.group;
    float y[TOKENS];
#pragma unroll
    for (int n = 0; n < TOKENS; n++) y[n] = 0;
    for (uint32_t u = threadIdx.x % 32; mine && u < units; u += 32) {
      const uint32_t word = codes[u];
      const uint32_t group = row * groups + u * 8 / job.group;
      const float scale = job.scale[group];
      const float zero = job.zero[group];
      float q[8];
#pragma unroll
      for (int k = 0; k < 8; k++) q[k] = small_float((word >> (4 * k)) & 15u);
#pragma unroll
      for (int n = 0; n < TOKENS; n++) {
        float v[8];
        load8(x, F32, (uint64_t)n * job.cols + u * 8, v);
        float dot = -zero * sums[n * units + u];
#pragma unroll
        for (int k = 0; k < 8; k++) dot = __fmaf_rn(q[k], v[k], dot);
        y[n] = __fmaf_rn(scale, dot, y[n]);
      }
    }
#pragma unroll
    for (int n = 0; n < TOKENS; n++) {
      for (int d = 16; d > 0; d /= 2) y[n] += __shfl_xor_sync(ALL_LANES, y[n], d);
      if (mine && threadIdx.x % 32 == 0 && first_token + n < job.tokens) job.y[(uint64_t)(first_token + n) * job.rows + row] = y[n];
    }
  }
}

namespace {

template <int TOKENS> bool product_of(const ProductJob &job, uint32_t first_token, cudaStream_t stream) {
  const size_t shared = TOKENS * ((size_t)job.cols + job.cols / 8) * sizeof(float);
  const DeviceLimits &limits = device_limits();
  if (shared > (size_t)limits.shared_bytes) return false;
  // As many blocks as run at once, about: each stages the inputs once.
  const int64_t together = std::max<int64_t>(1, std::min<int64_t>(8, limits.shared_bytes / (int64_t)(shared + 1024)));
  const int64_t blocks = std::min<int64_t>((job.rows + WARPS - 1) / WARPS, together * limits.multiprocessors);
  launch("product_v2", product_v2<TOKENS>, Launch{blocks, THREADS, shared, stream}, job, first_token);
  return true;
}

} // namespace

void product_on_device(const ProductJob &job, cudaStream_t stream) {
  bool done = settings().version != 1;
  for (uint32_t token = 0; done && token < job.tokens;) {
    const uint32_t left = job.tokens - token;
    if (left > 1 && product_of<8>(job, token, stream)) {
      token += 8;
    } else {
      done = product_of<1>(job, token, stream);
      token += 1;
    }
  }
  if (done) return;
  const int64_t count = (int64_t)job.tokens * job.rows;
  launch("product_v1", product_v1, Launch{(count + THREADS - 1) / THREADS, THREADS, 0, stream}, job);
}

} // namespace kernels

int32_t kernels_cuda_product(const uint8_t *codes, int64_t rows, int64_t cols, int64_t group, const float *scale,
                             const float *zero, const float *input_scale, const void *x, int32_t type, int64_t tokens,
                             float *y) {
  using namespace kernels;
  if (group % 8 != 0 || cols % group != 0 || rows * cols > MOST || tokens * rows > MOST || type < F32 || type > BF16)
    return KERNELS_BAD_ARGUMENT;
  return guarded(1, 1, [&](int64_t) -> int32_t {
    const int64_t groups = rows * cols / group;
    const Constant<uint8_t> device_codes(codes, rows * cols / 2), inputs(static_cast<const uint8_t *>(x), tokens * cols * element_bytes(type));
    const Constant<float> scales(scale, groups), zeros(zero, groups), seconds(input_scale, cols);
    Device<float> out(tokens * rows);
    const uint8_t *given = inputs;
    product_on_device({device_codes, (uint32_t)rows, (uint32_t)cols, (uint32_t)group, scales, zeros, seconds, given, type,
                       (uint32_t)tokens, out},
                      lane(0).stream);
    download<float>(y, out, tokens * rows, lane(0).stream);
    synchronize();
    return KERNELS_OK;
  });
}
