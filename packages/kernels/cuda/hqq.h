// The half-quadratic solver for a piece of a matrix that lies on the device.
#pragma once

#include "host.h"
#include "round_group.h"

namespace kernels {

struct HqqJob {
  const void *weight;
  int32_t type;
  uint32_t rows;
  uint32_t cols;
  // Flat index of the piece's first weight in the matrix.
  int64_t first;
  int32_t bits;
  uint32_t group;
  int32_t iterations;
  float exponent;
  float inverse_beta;
  float shrink_from;
  int32_t round_zero;
  double zero_limit;
  // Rows of a tile, one group wide.
  uint32_t tile_rows;
  Normalization norm;
  // [iterations + 1][groups]: a group's zeros before the first step and after each one.
  float *zeros;
  float *reciprocal;
  // Sums of |x - x'| before each step: [tiles][warps of a tile][iterations], and [tiles][iterations].
  double *parts;
  double *errors;
  // Results, one a group: those of the chosen step; code_zero is the zero that the codes are rounded with.
  float *scale;
  float *zero;
  float *code_zero;
  unsigned long long *bad;
};

int64_t hqq_tiles(const HqqJob &job);
int64_t hqq_warps(const HqqJob &job);

// Takes every step: zeros, reciprocal, parts and errors.
void hqq_solve_on_device(const HqqJob &job, cudaStream_t stream);
// step: the last one to take for all groups, or -1: every tile its best one.
void hqq_finish_on_device(const HqqJob &job, int32_t step, cudaStream_t stream);

} // namespace kernels
