// Half-quadratic quantization: src/reference/hqq.ts says what.
//
//   hqq_solve_v1  a thread for a group, which it reads again in every step
//   hqq_solve_v2  the same with the group's 64 values in registers
//
// Both keep the zero of every step, so that one pass over the weights is enough: which step counts is known only when the errors of
// all groups of a tile (or of the matrix) have been added up, and the zeros are a 64th of the weights. Threads of a block belong to
// one tile; their errors are added up by shuffles and then in order.
//
// Must move n * (2 or 4) bytes twice, to solve and to round. Must compute, a weight and step, about 25 float32 operations, one
// of them a division.
#include "hqq.h"

namespace kernels {
namespace {

constexpr int THREADS = 128;
constexpr int WARPS = THREADS / 32;
constexpr float SPREAD_MIN = 1e-4f;
constexpr float RECIPROCAL_MAX = 2e4f;
constexpr float COARSE_STEPS = 2048;

struct Step {
  float zero;
  double error;
};

KERNELS_DEVICE uint32_t blocks_of_tile(const HqqJob &job) { return (job.tile_rows + THREADS - 1) / THREADS; }

// What is left of a large |d|: rare, and too long to be repeated for every value of a thread.
__device__ __noinline__ float shrunk(float a, float exponent, float inverse_beta) {
  const float left = a - inverse_beta * exp32(exponent * log32(a));
  return left > 0 ? left : 0.0f;
}

// One value's share of a step: its |x - x'|, and the term of the next zero.
KERNELS_DEVICE float step_term(const HqqJob &job, float x, float reciprocal, float zero, double &error) {
  const float top = (float)((1 << job.bits) - 1);
  const float q = round_small(clamp(x * reciprocal + zero, 0.0f, top));
  const float d = x - (q - zero) / reciprocal;
  const float a = fabsf(d);
  error += (double)a;
  const float kept = a > job.shrink_from ? shrunk(a, job.exponent, job.inverse_beta) : 0.0f;
  return q - (x - (d < 0 ? -kept : kept)) * reciprocal;
}

KERNELS_DEVICE double lane_tree(const double *s) { return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])); }

// Any group: `orderedSum` of the reference, lane by lane.
template <typename F> KERNELS_DEVICE Step take_step(const HqqJob &job, F value, float reciprocal, float zero) {
  float lanes[32];
  double errors[8];
  for (int k = 0; k < 32; k++) lanes[k] = 0;
  for (int k = 0; k < 8; k++) errors[k] = 0;
  const uint32_t vectors = job.group / 8;
  const uint32_t whole = vectors / 4 * 4;
  float rest = 0;
  for (uint32_t j = 0; j < job.group; j++) {
    const float term = step_term(job, value(j), reciprocal, zero, errors[j & 7]);
    const uint32_t v = j / 8;
    if (v < vectors) {
      lanes[(v < whole ? v % 4 : 0) * 8 + j % 8] += term;
    } else {
      rest += term;
    }
  }
  for (int k = 8; k < 32; k++) lanes[k & 7] += lanes[k];
  for (int l = 0; l < 8; l++) rest += lanes[l];
  return {rest / (float)job.group, lane_tree(errors)};
}

// 64 values: lane k of the 32 is the sum of values k and k + 32.
KERNELS_DEVICE Step take_step_64(const HqqJob &job, const float *x, float reciprocal, float zero) {
  double errors[8];
  float sum = 0;
#pragma unroll
  for (int l = 0; l < 8; l++) {
    float terms[8];
    errors[l] = 0;
#pragma unroll
    for (int v = 0; v < 8; v++) terms[v] = step_term(job, x[8 * v + l], reciprocal, zero, errors[l]);
    sum += ((terms[0] + terms[4]) + (terms[1] + terms[5])) + (terms[2] + terms[6]) + (terms[3] + terms[7]);
  }
  return {sum / 64.0f, lane_tree(errors)};
}

KERNELS_DEVICE double warp_sum(double sum) {
  for (int d = 16; d > 0; d /= 2) sum += __shfl_xor_sync(ALL_LANES, sum, d);
  return sum;
}

template <int N> KERNELS_DEVICE void solve(const HqqJob &job) {
  const uint32_t across = job.cols / job.group;
  const uint32_t per_tile = blocks_of_tile(job);
  const uint32_t tile = blockIdx.x / per_tile;
  const uint32_t within = blockIdx.x % per_tile * THREADS + threadIdx.x;
  const uint32_t row = tile / across * job.tile_rows + within;
  const uint32_t col = tile % across * job.group;
  const bool mine = within < job.tile_rows && row < job.rows;
  const uint32_t groups = job.rows * across;
  const uint32_t index = row * across + tile % across;
  const int64_t from = (int64_t)(mine ? row : 0) * job.cols + col;
  const float r = mine ? row_scale_of(job.norm, row, col) : 1.0f;
  const float *columns = mine && job.norm.row_scale ? column_scales_of(job.norm, row, job.cols) + col : nullptr;
  const auto value = [&](uint32_t j) {
    const float w = load1(job.weight, job.type, from + j);
    return columns ? w / columns[j] / r : w;
  };
  float x[N ? N : 1];
  float low = value(0);
  float high = low;
  // Unrolled, or the registers would be memory.
#pragma unroll
  for (uint32_t j = 0; j < (N ? (uint32_t)N : job.group); j++) {
    if (mine && !is_finite(load1(job.weight, job.type, from + j))) report_bad(job.bad, job.first + from + j);
    const float v = value(j);
    if (N) x[N ? j : 0] = v;
    low = smaller(low, v);
    high = larger(high, v);
  }
  const float range = high - low;
  const float top = (float)((1 << job.bits) - 1);
  float reciprocal = range <= SPREAD_MIN ? 1.0f : smaller(top / range, RECIPROCAL_MAX);
  if ((double)fabsf(low * reciprocal) > job.zero_limit) reciprocal = COARSE_STEPS / larger(-low, high);
  float zero = 0.0f - low * reciprocal;
  if (job.round_zero) zero = rintf(zero);
  if (mine) {
    job.reciprocal[index] = reciprocal;
    job.zeros[index] = zero;
  }
  double *parts = job.parts + ((int64_t)blockIdx.x * WARPS + threadIdx.x / 32) * job.iterations;
  Step step = {zero, 0};
  bool settled = !mine;
  for (int32_t i = 0; i < job.iterations; i++) {
    // A step that leaves the zero as it was leaves everything as it was.
    if (!settled) {
      step = N == 64 ? take_step_64(job, x, reciprocal, zero) : take_step(job, value, reciprocal, zero);
      settled = step.zero == zero;
      zero = step.zero;
    }
    if (mine) job.zeros[(int64_t)(i + 1) * groups + index] = zero;
    const double error = warp_sum(step.error);
    if (threadIdx.x % 32 == 0) parts[i] = error;
  }
}

} // namespace

__global__ void __launch_bounds__(THREADS) hqq_solve_v1(HqqJob job) { solve<0>(job); }
__global__ void __launch_bounds__(THREADS, 3) hqq_solve_v2(HqqJob job) { solve<64>(job); }

// A thread for a step of a tile.
__global__ void hqq_sum(HqqJob job, uint32_t count) {
  const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= count) return;
  const uint32_t steps = (uint32_t)job.iterations;
  const uint32_t warps = blocks_of_tile(job) * WARPS;
  const double *parts = job.parts + (int64_t)(at / steps) * warps * steps + at % steps;
  double sum = 0;
  for (uint32_t w = 0; w < warps; w++) sum += parts[(int64_t)w * steps];
  job.errors[at] = sum;
}

// A thread for a group.
__global__ void hqq_finish(HqqJob job, int32_t step) {
  const uint32_t across = job.cols / job.group;
  const uint32_t groups = job.rows * across;
  const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= groups) return;
  const uint32_t row = at / across;
  if (step >= 0) {
    job.zero[at] = job.code_zero[at] = job.zeros[(int64_t)(step + 1) * groups + at];
  } else {
    const uint32_t tile = row / job.tile_rows * across + at % across;
    const uint32_t top = row / job.tile_rows * job.tile_rows;
    const uint32_t height = job.rows - top < job.tile_rows ? job.rows - top : job.tile_rows;
    int32_t chosen = -1;
    float best = float_of(0x7f800000u);
    for (int32_t i = 0; i < job.iterations; i++) {
      const float error = (float)(job.errors[(int64_t)tile * job.iterations + i] / (double)(height * job.group));
      if (error < best) {
        best = error;
        chosen = i;
      }
    }
    job.zero[at] = chosen < 0 ? 0.0f : job.zeros[(int64_t)(chosen + 1) * groups + at];
    job.code_zero[at] = job.zeros[(int64_t)(job.iterations - 1) * groups + at];
  }
  job.scale[at] = 1.0f / job.reciprocal[at] * row_scale_of(job.norm, row, at % across * job.group);
}

int64_t hqq_tiles(const HqqJob &job) {
  return (int64_t)((job.rows + job.tile_rows - 1) / job.tile_rows) * (job.cols / job.group);
}

int64_t hqq_warps(const HqqJob &job) { return hqq_tiles(job) * ((job.tile_rows + THREADS - 1) / THREADS) * WARPS; }

void hqq_solve_on_device(const HqqJob &job, cudaStream_t stream) {
  const Launch shape = {hqq_warps(job) / WARPS, THREADS, 0, stream};
  if (job.group == 64 && settings().version != 1) {
    launch("hqq_solve_v2", hqq_solve_v2, shape, job);
  } else {
    launch("hqq_solve_v1", hqq_solve_v1, shape, job);
  }
  const int64_t count = hqq_tiles(job) * job.iterations;
  launch("hqq_sum", hqq_sum, Launch{(count + 127) / 128, 128, 0, stream}, job, (uint32_t)count);
}

void hqq_finish_on_device(const HqqJob &job, int32_t step, cudaStream_t stream) {
  const int64_t groups = (int64_t)job.rows * (job.cols / job.group);
  launch("hqq_finish", hqq_finish, Launch{(groups + 127) / 128, 128, 0, stream}, job, step);
}

} // namespace kernels
