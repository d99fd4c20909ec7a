// sinkhorn_v1: see sinkhorn.h.
#include "sinkhorn.h"

#include <algorithm>

namespace kernels {
namespace {

constexpr int PLAIN_THREADS = 256;

} // namespace

__global__ void __launch_bounds__(PLAIN_THREADS) sinkhorn_v1(SinkhornJob job) {
  const uint32_t tile = blockIdx.x;
  if (job.redo && !job.redo[tile]) return;
  const TilePlace place = tile_place(job, tile);
  const uint32_t rows = place.rows;
  const uint32_t cols = job.tile_cols;
  const uint32_t tid = threadIdx.x;
  float *ranges = reinterpret_cast<float *>(block_shared());
  float *row_log = job.scratch + (int64_t)tile * 3 * (job.tile_rows + cols);
  float *row_scale = row_log + job.tile_rows;
  float *row_std = row_scale + job.tile_rows;
  float *column_log = row_std + job.tile_rows;
  float *column_scale = column_log + cols;
  float *column_std = column_scale + cols;
  const auto weight = [&](uint32_t i, uint32_t j) {
    return load1(job.weight, job.type, (int64_t)(place.top + i) * job.stride + place.left + j);
  };
  const auto element = [&](uint32_t i, uint32_t j) { return (double)(weight(i, j) / column_scale[j] / row_scale[i]); };
  // About the mean, for a line of n elements from (i, j) on.
  const auto two_pass_std = [&](uint32_t i, uint32_t j, uint32_t down, uint32_t right, uint32_t n) {
    double sum = 0;
    for (uint32_t k = 0; k < n; k++) sum += element(i + k * down, j + k * right);
    const double mean = sum / (double)n;
    double square = 0;
    for (uint32_t k = 0; k < n; k++) {
      const double off = element(i + k * down, j + k * right) - mean;
      square += off * off;
    }
    return (float)sqrt(square / (double)(n - 1));
  };
  for (uint32_t i = tid; i < rows; i += blockDim.x) {
    row_log[i] = 0;
    row_scale[i] = 1;
    place.row_scale[(int64_t)i * job.row_stride] = 0;
    for (uint32_t j = 0; j < cols; j++)
      if (!is_finite(weight(i, j))) report_bad(job, place.top + i, place.left + j);
  }
  for (uint32_t j = tid; j < cols; j += blockDim.x) {
    column_log[j] = 0;
    column_scale[j] = 1;
    place.column_scale[j] = 0;
  }
  Progress progress;
  for (int32_t iteration = 0; iteration < job.iterations; iteration++) {
    __syncthreads();
    for (uint32_t base = 0; cols > 1 && base < rows; base += blockDim.x / 8) {
      const uint32_t i = base + tid / 8;
      double sum = 0;
      double square = 0;
      for (uint32_t j = tid % 8; i < rows && j < cols; j += 8) {
        const double m = element(i, j);
        sum += m;
        square += m * m;
      }
      for (int d = 4; d > 0; d /= 2) {
        sum += __shfl_xor_sync(ALL_LANES, sum, d);
        square += __shfl_xor_sync(ALL_LANES, square, d);
      }
      if (i < rows && tid % 8 == 0) {
        const float std = std_from_sums(sum, square, cols);
        row_std[i] = std >= 0 ? std : two_pass_std(i, 0, 0, 1, cols);
      }
    }
    for (uint32_t j = tid; rows > 1 && j < cols; j += blockDim.x) {
      double sum = 0;
      double square = 0;
      for (uint32_t i = 0; i < rows; i++) {
        const double m = element(i, j);
        sum += m;
        square += m * m;
      }
      const float std = std_from_sums(sum, square, rows);
      column_std[j] = std >= 0 ? std : two_pass_std(0, j, 1, 0, rows);
    }
    __syncthreads();
    float low = infinity();
    float high = 0;
    for (uint32_t i = tid; cols > 1 && i < rows; i += blockDim.x) {
      low = smaller(low, row_std[i]);
      high = larger(high, row_std[i]);
    }
    for (uint32_t j = tid; rows > 1 && j < cols; j += blockDim.x) {
      low = smaller(low, column_std[j]);
      high = larger(high, column_std[j]);
    }
    warp_range(low, high);
    if (tid % 32 == 0) {
      ranges[tid / 32] = low;
      ranges[blockDim.x / 32 + tid / 32] = high;
    }
    __syncthreads();
    for (uint32_t w = 0; w < blockDim.x / 32; w++) {
      low = smaller(low, ranges[w]);
      high = larger(high, ranges[blockDim.x / 32 + w]);
    }
    const Progress::Decision decision = progress.decide(job, iteration, low, high);
    if (decision == Progress::stop) break;
    for (uint32_t i = tid; i < rows; i += blockDim.x) {
      if (decision == Progress::keep) place.row_scale[(int64_t)i * job.row_stride] = row_log[i];
      if (cols > 1) row_scale[i] = exp32(row_log[i] = step_of(job, row_log[i], row_std[i], progress.tau));
    }
    for (uint32_t j = tid; j < cols; j += blockDim.x) {
      if (decision == Progress::keep) place.column_scale[j] = column_log[j];
      if (rows > 1) column_scale[j] = exp32(column_log[j] = step_of(job, column_log[j], column_std[j], progress.tau));
    }
  }
  // Each thread finds what it left there itself.
  for (uint32_t i = tid; i < rows; i += blockDim.x) {
    float &scale = place.row_scale[(int64_t)i * job.row_stride];
    scale = exp32(scale);
  }
  for (uint32_t j = tid; j < cols; j += blockDim.x) place.column_scale[j] = exp32(place.column_scale[j]);
}

void normalize_plainly(const SinkhornJob &job, int64_t tiles, cudaStream_t stream) {
  // Eight threads a row and one a column, as many as there are of them.
  const int64_t useful = std::max<int64_t>(8 * (int64_t)job.tile_rows, job.tile_cols);
  const int threads = (int)std::min<int64_t>(PLAIN_THREADS, (useful + 31) / 32 * 32);
  launch("sinkhorn_v1", sinkhorn_v1, Launch{tiles, threads, 2 * (size_t)threads / 32 * sizeof(float), stream}, job);
}

} // namespace kernels
