// Rounding and packing: src/reference/round.ts says what.
//
//   round_v1  a thread for a group, which it reads three times; codes a byte each, packed by a second kernel (pack_v1)
//   round_v2  eight neighbouring weights a thread, read once as vectors; a group's threads agree by shuffles; codes packed where
//             they are made. For groups of 8, 16, ... 256.
//
// Must move (n weights, group g): n * (2 or 4) + n * bits / 8 + 8 n / g bytes.
#include "round.h"

namespace kernels {
namespace {

// Weights of a block of round_v2: whole groups of up to 256, and whole words of every packing.
constexpr uint32_t SPAN = 2560;
constexpr int THREADS = 320;

} // namespace

__global__ void round_v1(RoundJob job, uint8_t *bytes) {
  float *table = reinterpret_cast<float *>(block_shared());
  const uint32_t size = table_size(job.threshold_count);
  load_table(job, table, size);
  __syncthreads();
  const uint32_t groups = job.cols / job.group;
  const uint64_t at = (uint64_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= (uint64_t)job.rows * groups) return;
  const uint32_t row = (uint32_t)(at / groups);
  const uint32_t col = (uint32_t)(at % groups) * job.group;
  const int64_t from = (int64_t)row * job.cols + col;
  const float r = row_scale_of(job.norm, row, col);
  const float *columns = job.norm.row_scale ? column_scales_of(job.norm, row, job.cols) + col : nullptr;
  const auto value = [&](uint32_t j) {
    const float w = load1(job.weight, job.type, from + j);
    return columns ? w / columns[j] / r : w;
  };
  double lanes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
  float low = value(0);
  float high = low;
  for (uint32_t j = 0; j < job.group; j++) {
    if (!is_finite(load1(job.weight, job.type, from + j))) report_bad(job.bad, job.first + from + j);
    const float x = value(j);
    low = smaller(low, x);
    high = larger(high, x);
    lanes[j & 7] += (double)x;
  }
  const double sum = (lanes[0] + lanes[4] + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  GroupScale group;
  if (job.scheme == GIVEN_CODES) {
    group = {job.scale[at], job.zero[at]};
  } else {
    group = group_scale(job, low, high, (float)(sum / (double)job.group));
    job.scale[at] = group.scale * r;
    if (job.zero) job.zero[at] = group.zero;
  }
  for (uint32_t j = 0; j < job.group; j++) bytes[from + j] = (uint8_t)code_of(job, value(j), group, table, size);
}

// A thread packs ten codes of 3 bits to four bytes, or eight codes to `bits` bytes.
__global__ void pack_v1(const uint8_t *bytes, int64_t count, int32_t bits, uint8_t *codes) {
  const int64_t unit = bits == 3 ? 10 : 8;
  const int64_t from = ((int64_t)blockIdx.x * blockDim.x + threadIdx.x) * unit;
  if (from >= count) return;
  const int64_t n = count - from < unit ? count - from : unit;
  uint64_t word = 0;
  for (int64_t k = 0; k < n; k++) word |= (uint64_t)bytes[from + k] << (k * bits);
  const int64_t length = bits == 3 ? 4 : (n * bits + 7) / 8;
  for (int64_t b = 0; b < length; b++) codes[bit_offset(from, bits) / 8 + b] = (uint8_t)(word >> (8 * b));
}

__global__ void __launch_bounds__(THREADS) round_v2(RoundJob job) {
  unsigned char *staged = block_shared();
  float *table = reinterpret_cast<float *>(staged + SPAN);
  const uint32_t size = table_size(job.threshold_count);
  load_table(job, table, size);
  __syncthreads();
  const uint32_t count = job.rows * job.cols;
  const uint32_t at = blockIdx.x * SPAN + threadIdx.x * 8;
  // The last block's spare threads take part in the shuffles with the first weights.
  const bool mine = at < count;
  const uint32_t from = mine ? at : 0;
  float x[8];
  load8(job.weight, job.type, from, x);
  bool finite = true;
#pragma unroll
  for (int k = 0; k < 8; k++) finite = finite && is_finite(x[k]);
  if (mine && !finite) {
    for (int k = 7; k >= 0; k--)
      if (!is_finite(x[k])) report_bad(job.bad, job.first + from + k);
  }
  float r = 1;
  if (job.norm.row_scale) {
    const uint32_t row = from / job.cols;
    const uint32_t col = from % job.cols;
    r = row_scale_of(job.norm, row, col);
    float c[8];
    load8(column_scales_of(job.norm, row, job.cols), F32, col, c);
#pragma unroll
    for (int k = 0; k < 8; k++) x[k] = x[k] / c[k] / r;
  }
  const uint32_t index = from / job.group;
  const uint32_t width = job.group / 8;
  GroupScale group;
  if (job.scheme == GIVEN_CODES) {
    group = {job.scale[index], job.zero[index]};
  } else {
    float low = x[0];
    float high = x[0];
    double sum = 0;
#pragma unroll
    for (int k = 0; k < 8; k++) {
      low = smaller(low, x[k]);
      high = larger(high, x[k]);
    }
    for (uint32_t d = 1; d < width; d *= 2) {
      low = smaller(low, __shfl_xor_sync(ALL_LANES, low, d));
      high = larger(high, __shfl_xor_sync(ALL_LANES, high, d));
    }
    if (job.scheme == KERNELS_CODEBOOK_SHIFT) {
#pragma unroll
      for (int k = 0; k < 8; k++) sum += (double)x[k];
      for (uint32_t d = 1; d < width; d *= 2) sum += __shfl_xor_sync(ALL_LANES, sum, d);
    }
    group = group_scale(job, low, high, (float)(sum / (double)job.group));
    if (mine && (from / 8) % width == 0) {
      job.scale[index] = group.scale * r;
      if (job.zero) job.zero[index] = group.zero;
    }
  }
  uint32_t codes[8];
#pragma unroll
  for (int k = 0; k < 8; k++) codes[k] = code_of(job, x[k], group, table, size);
  if (job.bits == 3) {
    // Ten codes to a word: words cross the threads.
#pragma unroll
    for (int k = 0; k < 8; k++) staged[threadIdx.x * 8 + k] = mine ? (uint8_t)codes[k] : (uint8_t)0;
    __syncthreads();
    const uint32_t first = blockIdx.x * SPAN + threadIdx.x * 10;
    if (threadIdx.x < SPAN / 10 && first < count) {
      uint32_t word = 0;
      for (int k = 0; k < 10; k++) word |= (uint32_t)staged[threadIdx.x * 10 + k] << (3 * k);
      reinterpret_cast<uint32_t *>(job.codes)[first / 10] = word;
    }
    return;
  }
  uint64_t word = 0;
#pragma unroll
  for (int k = 0; k < 8; k++) word |= (uint64_t)codes[k] << (k * job.bits);
  if (!mine) return;
  if (job.bits == 4) {
    reinterpret_cast<uint32_t *>(job.codes)[from / 8] = (uint32_t)word;
  } else {
    uint8_t *to = job.codes + (int64_t)(from / 8) * job.bits;
    for (int32_t b = 0; b < job.bits; b++) to[b] = (uint8_t)(word >> (8 * b));
  }
}

namespace {

bool fast(const RoundJob &job) {
  const bool power = job.group >= 8 && job.group <= 256 && (job.group & (job.group - 1)) == 0;
  return power && settings().version != 1;
}

} // namespace

int64_t round_scratch(const RoundJob &job) { return fast(job) ? 0 : (int64_t)job.rows * job.cols; }

void round_on_device(const RoundJob &job, uint8_t *scratch, cudaStream_t stream) {
  const int64_t count = (int64_t)job.rows * job.cols;
  const size_t table = table_size(job.threshold_count) * sizeof(float);
  if (fast(job)) {
    launch("round_v2", round_v2, Launch{(count + SPAN - 1) / SPAN, THREADS, SPAN + table, stream}, job);
    return;
  }
  const int64_t groups = count / job.group;
  launch("round_v1", round_v1, Launch{(groups + 127) / 128, 128, table, stream}, job, scratch);
  const int64_t units = (count + (job.bits == 3 ? 9 : 7)) / (job.bits == 3 ? 10 : 8);
  launch("pack_v1", pack_v1, Launch{(units + 127) / 128, 128, 0, stream}, scratch, count, job.bits, job.codes);
}

} // namespace kernels
