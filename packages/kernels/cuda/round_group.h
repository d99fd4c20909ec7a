// What the rounding kernels are given, and the arithmetic of one group: src/reference/group-rules.ts says what it computes.
#pragma once

#include "device.h"
#include "kernels_cuda.h"

namespace kernels {

// Codes of a given scale and zero, clamp(round(x * scale + zero)): the last step of the HQQ solver.
constexpr int32_t GIVEN_CODES = 16;

// Sinkhorn scales of a piece of a matrix; no row_scale: none.
struct Normalization {
  const float *row_scale;
  const float *column_scale;
  uint32_t tile_rows;
  uint32_t tile_cols;
  // Tiles across the matrix, and the piece's first row within its first tile.
  uint32_t across;
  uint32_t first_row;
};

// A piece of a matrix, whole rows of it.
struct RoundJob {
  const void *weight;
  int32_t type;
  uint32_t rows;
  uint32_t cols;
  // Flat index of the piece's first weight in the matrix.
  int64_t first;
  int32_t scheme;
  int32_t bits;
  uint32_t group;
  const float *thresholds;
  int32_t threshold_count;
  double zero_limit;
  Normalization norm;
  uint8_t *codes;
  float *scale;
  float *zero;
  unsigned long long *bad;
};

struct GroupScale {
  float scale;
  float zero;
};

KERNELS_DEVICE float row_scale_of(const Normalization &norm, uint32_t row, uint32_t col) {
  return norm.row_scale ? norm.row_scale[row * norm.across + col / norm.tile_cols] : 1;
}

KERNELS_DEVICE const float *column_scales_of(const Normalization &norm, uint32_t row, uint32_t cols) {
  return norm.column_scale + (int64_t)((norm.first_row + row) / norm.tile_rows) * cols;
}

KERNELS_DEVICE float coarse_scale(float low, float high) { return larger(-low, high) / 2048.0f; }

// Scale and zero of a group from its least, largest and mean value; the mean only counts where the group is shifted by it.
KERNELS_DEVICE GroupScale group_scale(const RoundJob &job, float low, float high, float mean) {
  if (job.scheme == KERNELS_ASYMMETRIC) {
    float scale = larger(high - low, 1e-4f) / (float)((1 << job.bits) - 1);
    float zero = 0.0f - rintf(low / scale);
    if ((double)fabsf(zero) > job.zero_limit) {
      scale = coarse_scale(low, high);
      zero = 0.0f - rintf(low / scale);
    }
    return {scale, zero};
  }
  if (job.scheme == KERNELS_SYMMETRIC) {
    const int32_t top = (1 << (job.bits - 1)) - 2;
    return {larger(larger(-low, high), 1e-5f) / (float)top, (float)(top + 1)};
  }
  if (job.scheme == KERNELS_CODEBOOK_SHIFT) {
    float scale = larger(larger(high - mean, mean - low), 1e-4f);
    float zero = 0.0f - mean / scale;
    if ((double)fabsf(zero) > job.zero_limit) {
      scale = coarse_scale(low, high);
      zero = 0.0f - mean / scale;
    }
    return {scale, zero};
  }
  // 0 first: it must not be the -0 of a group of zeros, whose reciprocal is negative.
  return {larger(0.0f, larger(-low, high)), 0.0f};
}

// Number of thresholds below t. table: ascending, padded with infinity to `size`, a power of two less one.
KERNELS_DEVICE uint32_t nearest_level(float t, const float *table, uint32_t size) {
  uint32_t code = 0;
  for (uint32_t step = (size + 1) / 2; step > 0; step /= 2)
    if (t > table[code + step - 1]) code += step;
  return code;
}

KERNELS_DEVICE uint32_t code_of(const RoundJob &job, float x, GroupScale group, const float *table, uint32_t size) {
  const float top = (float)((1 << job.bits) - 1);
  switch (job.scheme) {
  case KERNELS_ASYMMETRIC: return (uint32_t)round_small(clamp(x / group.scale + group.zero, 0.0f, top));
  case KERNELS_SYMMETRIC: {
    const float offset = group.zero;
    return (uint32_t)(round_small(clamp(x / group.scale, -offset, offset - 1)) + offset);
  }
  case KERNELS_CODEBOOK_SHIFT: return nearest_level(x / group.scale + group.zero, table, size);
  case GIVEN_CODES: return (uint32_t)round_small(clamp(x * group.scale + group.zero, 0.0f, top));
  default: {
    const float inverse = smaller(1.0f / group.scale, 3.4028234663852886e38f);
    return nearest_level(x * inverse, table, size);
  }
  }
}

// Entries of the padded table of `count` thresholds.
KERNELS_FN uint32_t table_size(int32_t count) {
  uint32_t size = 0;
  while (size < (uint32_t)count) size = 2 * size + 1;
  return size;
}

// The block's threads copy the thresholds to shared memory.
KERNELS_DEVICE void load_table(const RoundJob &job, float *table, uint32_t size) {
  for (uint32_t k = threadIdx.x; k < size; k += blockDim.x)
    table[k] = k < (uint32_t)job.threshold_count ? job.thresholds[k] : float_of(0x7f800000u);
}

} // namespace kernels
