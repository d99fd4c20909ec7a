// Codes back to float32: src/reference/dequantize.ts says what.
//
//   dequantize_v1  a thread for a weight
//   dequantize_v2  a thread for eight neighbours: their codes are whole bytes (two words for 3 bits), stored as two vectors. For
//                  groups that are multiples of eight.
//
// Must move (n weights, group g): n * bits / 8 + 8 n / g + 4 n bytes.
#include "dequantize.h"
#include "pieces.h"

#include <limits>

namespace kernels {
namespace {

constexpr int THREADS = 256;

KERNELS_DEVICE const float *column_scales(const DequantizeJob &job, uint32_t row) {
  return job.column_scale + (int64_t)((job.first_row + row) / job.column_scale_rows) * job.cols;
}

} // namespace

__global__ void dequantize_v1(DequantizeJob job) {
  const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= job.rows * job.cols) return;
  const int64_t bit = bit_offset(at, job.bits);
  uint32_t pair = job.codes[bit / 8];
  if (bit % 8 + job.bits > 8) pair |= (uint32_t)job.codes[bit / 8 + 1] << 8;
  const uint32_t code = (pair >> (bit % 8)) & ((1u << job.bits) - 1);
  const float value = job.levels ? job.levels[code] : (float)code;
  const uint32_t group = at / job.group;
  float y = (value - job.zero[job.one_zero ? 0 : group]) * job.scale[group];
  if (job.column_scale) y *= column_scales(job, at / job.cols)[at % job.cols];
  job.out[at] = y;
}

__global__ void __launch_bounds__(THREADS) dequantize_v2(DequantizeJob job) {
  float *table = reinterpret_cast<float *>(block_shared());
  if (job.levels) {
    table[threadIdx.x] = job.levels[threadIdx.x];
    __syncthreads();
  }
  const uint32_t at = (blockIdx.x * THREADS + threadIdx.x) * 8;
  const uint32_t count = job.rows * job.cols;
  if (at >= count) return;
  uint64_t word = 0;
  if (job.bits == 4) {
    word = reinterpret_cast<const uint32_t *>(job.codes)[at / 8];
  } else if (job.bits == 3) {
    // Ten codes fill 30 bits of a word: the eight begin in one and may end in the next.
    const uint32_t *words = reinterpret_cast<const uint32_t *>(job.codes) + at / 10;
    const uint32_t skipped = at % 10;
    word = (uint64_t)(words[0] & 0x3fffffffu) >> (3 * skipped);
    if (skipped > 2) word |= (uint64_t)words[1] << (3 * (10 - skipped));
  } else {
    const uint8_t *from = job.codes + (int64_t)(at / 8) * job.bits;
    for (int32_t b = 0; b < job.bits; b++) word |= (uint64_t)from[b] << (8 * b);
  }
  const uint32_t group = at / job.group;
  const float scale = job.scale[group];
  const float zero = job.zero[job.one_zero ? 0 : group];
  const uint32_t mask = (1u << job.bits) - 1;
  float y[8];
#pragma unroll
  for (int k = 0; k < 8; k++) {
    const uint32_t code = (uint32_t)(word >> (k * job.bits)) & mask;
    y[k] = ((job.levels ? table[code] : (float)code) - zero) * scale;
  }
  if (job.column_scale) {
    float c[8];
    load8(column_scales(job, at / job.cols), F32, at % job.cols, c);
#pragma unroll
    for (int k = 0; k < 8; k++) y[k] *= c[k];
  }
  store8(job.out + at, y);
}

void dequantize_on_device(const DequantizeJob &job, cudaStream_t stream) {
  const int64_t count = (int64_t)job.rows * job.cols;
  if (job.group % 8 == 0 && settings().version != 1) {
    const int64_t blocks = (count / 8 + THREADS - 1) / THREADS;
    launch("dequantize_v2", dequantize_v2, Launch{blocks, THREADS, 256 * sizeof(float), stream}, job);
  } else {
    launch("dequantize_v1", dequantize_v1, Launch{(count + THREADS - 1) / THREADS, THREADS, 0, stream}, job);
  }
}

void padded_levels(const float *levels, int32_t count, float *padded) {
  for (int32_t k = 0; k < 256; k++) padded[k] = k < count ? levels[k] : std::numeric_limits<float>::quiet_NaN();
}

} // namespace kernels

int32_t kernels_dequantize(const uint8_t *codes, int64_t rows, int64_t cols, int32_t bits, int64_t group,
                           const float *scale, const float *zero, int64_t zero_count, const float *levels,
                           int32_t level_count, const float *column_scale, int64_t column_scale_rows, float *out, int32_t) {
  using namespace kernels;
  const int64_t unit = aligned_rows(cols);
  if (bits < 2 || bits > 8 || level_count > 256 || unit * cols > MOST) return KERNELS_BAD_ARGUMENT;
  const int64_t groups = cols / group;
  float padded_table[256];
  if (levels) padded_levels(levels, level_count, padded_table);
  return guarded(PIECE, unit * cols, [&](int64_t piece) -> int32_t {
    const int64_t height = piece_rows(rows, cols, unit, piece);
    const int64_t pieces = (rows + height - 1) / height;
    const Constant<float> table(levels ? padded_table : nullptr, 256);
    const int64_t bands = column_scale ? (rows + column_scale_rows - 1) / column_scale_rows : 0;
    const Constant<float> columns(column_scale, bands * cols);
    struct Buffers {
      Buffers(int64_t code_bytes, int64_t zeros, int64_t scales, int64_t count)
          : codes(code_bytes), zero(zeros), scale(scales), out(count) {}
      Device<uint8_t> codes;
      Device<float> zero, scale, out;
    };
    const bool one_zero = zero_count == 1;
    Buffers first(packed_bytes(height * cols, bits), one_zero ? 1 : height * groups, height * groups, height * cols);
    const int64_t other = pieces > 1 ? height : 0;
    Buffers second(packed_bytes(other * cols, bits), one_zero ? 1 : other * groups, other * groups, other * cols);
    const auto begin = [&](int64_t p, Lane &on) {
      const int64_t n = std::min(height, rows - p * height);
      Buffers &b = p & 1 ? second : first;
      const size_t code_bytes = (size_t)packed_bytes(n * cols, bits);
      const int64_t zeros = one_zero ? 1 : n * groups;
      const size_t scale_bytes = (size_t)(n * groups) * sizeof(float);
      unsigned char *in = on.pinned_in(padded(code_bytes) + padded(scale_bytes) + (size_t)zeros * sizeof(float));
      copy_rows(in, code_bytes, codes + packed_bytes(p * height * cols, bits), code_bytes, code_bytes, 1);
      unsigned char *in_scale = in + padded(code_bytes);
      memcpy(in_scale, scale + p * height * groups, scale_bytes);
      unsigned char *in_zero = in_scale + padded(scale_bytes);
      memcpy(in_zero, one_zero ? zero : zero + p * height * groups, (size_t)zeros * sizeof(float));
      upload<uint8_t>(b.codes, in, (int64_t)code_bytes, on.stream);
      upload<float>(b.scale, in_scale, n * groups, on.stream);
      upload<float>(b.zero, in_zero, zeros, on.stream);
      DequantizeJob job = {};
      job.codes = b.codes;
      job.rows = (uint32_t)n;
      job.cols = (uint32_t)cols;
      job.bits = bits;
      job.group = (uint32_t)group;
      job.scale = b.scale;
      job.zero = b.zero;
      job.one_zero = one_zero;
      job.levels = table;
      if (column_scale) {
        job.column_scale = columns + p * height / column_scale_rows * cols;
        job.column_scale_rows = (uint32_t)column_scale_rows;
        job.first_row = (uint32_t)(p * height % column_scale_rows);
      }
      job.out = b.out;
      dequantize_on_device(job, on.stream);
      download<float>(on.pinned_out((size_t)(n * cols) * sizeof(float)), b.out, n * cols, on.stream);
    };
    const auto end = [&](int64_t p, Lane &on) {
      const size_t bytes = (size_t)(std::min(height, rows - p * height) * cols) * sizeof(float);
      copy_rows(out + p * height * cols, bytes, on.pinned_out(0), bytes, bytes, 1);
    };
    in_turns(pieces, begin, end);
    return KERNELS_OK;
  });
}
