// sinkhorn_v2 and sinkhorn_v3 and how they are spread over the device: see sinkhorn.h.
#include "sinkhorn.h"
#include "sinkhorn_arithmetic.h"

#include <algorithm>

namespace kernels {
namespace {

constexpr uint32_t MAX_COLS = 64;
constexpr int MAX_TEAM = 16;
// Doubles that a block shows its team: sums and sums of squares of 64 columns, least and largest deviation of its rows.
constexpr uint32_t EXCHANGE = 2 * MAX_COLS + 2;

enum TeamKind { ALONE = 0, CLUSTER = 1, GRID = 2 };

// Where element (row, col) of a block's rows lies on chip. 64 bytes after every eight rows keep the groups of rows that half a
// warp reads at once in different banks.
KERNELS_FN uint32_t chip_gap(int32_t type) { return type == F32 ? 16 : 32; }
KERNELS_DEVICE uint32_t chip_index(uint32_t row, uint32_t col, uint32_t cols, int32_t type) {
  return row * cols + row / 8 * chip_gap(type) + col;
}

// The k-th column of a lane: two times four neighbours, which it reads together.
KERNELS_DEVICE uint32_t column_of(uint32_t lane, int k) { return (uint32_t)(k / 4 * 32 + k % 4) + 4 * lane; }

template <typename T> struct Sums {
  T sum[8];
  T square[8];
};

// Adds up the sums of lanes that differ in the bits `first`, `first / 2`, ...: each of them ends with a part of the entries, HALF
// of which go to the lane with the bit.
template <int HALF, typename T> KERNELS_DEVICE void scatter_sums(Sums<T> &s, int bit) {
  const bool up = threadIdx.x & (unsigned)bit;
#pragma unroll
  for (int k = 0; k < HALF; k++) {
    const T sum = up ? s.sum[k] : s.sum[k + HALF];
    const T square = up ? s.square[k] : s.square[k + HALF];
    s.sum[k] = (up ? s.sum[k + HALF] : s.sum[k]) + __shfl_xor_sync(ALL_LANES, sum, bit);
    s.square[k] = (up ? s.square[k + HALF] : s.square[k]) + __shfl_xor_sync(ALL_LANES, square, bit);
  }
}

// Of one block: pointers into its shared memory.
struct BlockMemory {
  double *exchange;
  double *parts;
  float *ranges;
  // Scales as the arithmetic keeps them.
  float *column_log, *column_scale, *column_std;
  float *row_log;
  // The rows' scales while they are summed, then their standard deviations.
  float *row_slot;
  unsigned char *weight;
};

// Four floats of ranges a warp, of which two are used: what follows, the weights at its end, stays aligned to 16 bytes.
KERNELS_FN size_t fixed_bytes(int warps) {
  return (2 * EXCHANGE + (size_t)warps * 2 * MAX_COLS) * sizeof(double) + ((size_t)warps * 4 + 3 * MAX_COLS) * sizeof(float);
}

KERNELS_DEVICE BlockMemory block_memory(uint32_t rows, int warps) {
  BlockMemory at;
  at.exchange = reinterpret_cast<double *>(block_shared());
  at.parts = at.exchange + 2 * EXCHANGE;
  at.ranges = reinterpret_cast<float *>(at.parts + warps * 2 * MAX_COLS);
  at.column_log = at.ranges + warps * 4;
  at.column_scale = at.column_log + MAX_COLS;
  at.column_std = at.column_scale + MAX_COLS;
  at.row_log = at.column_std + MAX_COLS;
  at.row_slot = at.row_log + rows;
  at.weight = reinterpret_cast<unsigned char *>(at.row_slot + rows);
  return at;
}

} // namespace

// All blocks of the team get here before any goes on, and see what the others wrote.
#define team_sync()                                                                                                               \
  if (KIND == CLUSTER) {                                                                                                          \
    cluster_sync();                                                                                                               \
  } else {                                                                                                                        \
    __syncthreads();                                                                                                              \
    if (KIND == GRID) {                                                                                                           \
      if (tid == 0) {                                                                                                             \
        __threadfence();                                                                                                          \
        meetings += (uint32_t)team.size;                                                                                          \
        atomicAdd(arrivals, 1u);                                                                                                  \
        while (*(volatile uint32_t *)arrivals < meetings) __nanosleep(40);                                                        \
        __threadfence();                                                                                                          \
      }                                                                                                                           \
      __syncthreads();                                                                                                            \
    }                                                                                                                             \
  }

template <int KIND, typename Arithmetic>
__global__ void __launch_bounds__(512) sinkhorn_team(SinkhornJob job, Team team) {
  using Number = typename Arithmetic::Number;
  const uint32_t tid = threadIdx.x;
  const uint32_t warp = tid / 32;
  const int warps = (int)(blockDim.x / 32);
  const uint32_t lane = tid % 8;
  const uint32_t cols = job.tile_cols;
  const uint32_t rank = KIND == ALONE ? 0 : blockIdx.x % (uint32_t)team.size;
  const uint32_t index = blockIdx.x / (uint32_t)team.size;
  const uint32_t teams = gridDim.x / (uint32_t)team.size;
  const uint32_t tiles = job.cols / cols * ((job.rows + job.tile_rows - 1) / job.tile_rows);
  const BlockMemory at = block_memory(team.rows, warps);
  uint32_t *arrivals = KIND == GRID ? team.arrivals + index : nullptr;
  uint32_t meetings = 0;
  const auto exchange = [&](uint32_t of, int32_t iteration) {
    const uint32_t half = (uint32_t)(iteration & 1) * EXCHANGE;
    if (KIND == GRID) return team.exchange + ((uint64_t)index * (uint32_t)team.size + of) * 2 * EXCHANGE + half;
    return KIND == CLUSTER && of != rank ? cluster_peer(at.exchange + half, of) : at.exchange + half;
  };
  for (uint32_t tile = index; tile < tiles; tile += teams) {
    const TilePlace place = tile_place(job, tile);
    const uint32_t first = rank * team.rows;
    const uint32_t mine = first >= place.rows ? 0 : place.rows - first < team.rows ? place.rows - first : team.rows;
    const int64_t origin = (int64_t)(place.top + first) * job.stride + place.left;
    float *row_out = place.row_scale + (int64_t)first * job.row_stride;
    // A line of one element, or weights beyond the range: sinkhorn_v1 knows them.
    bool plain = cols == 1 || place.rows == 1;
    for (uint32_t e = tid; e < mine * cols; e += blockDim.x) {
      const uint32_t i = e / cols;
      const uint32_t j = e % cols;
      const int64_t from = origin + (int64_t)i * job.stride + j;
      const float w = load1(job.weight, job.type, from);
      const uint32_t word = bits_of(w) & 0x7fffffffu;
      if (word >= 0x7f800000u) report_bad(job, place.top + first + i, place.left + j);
      plain = plain || !Arithmetic::moderate(word);
      if (!team.on_chip) continue;
      const uint32_t to = chip_index(i, j, cols, job.type);
      if (job.type == F32) {
        reinterpret_cast<float *>(at.weight)[to] = w;
      } else {
        reinterpret_cast<uint16_t *>(at.weight)[to] = static_cast<const uint16_t *>(job.weight)[from];
      }
    }
    for (uint32_t i = tid; i < mine; i += blockDim.x) {
      at.row_log[i] = 0;
      at.row_slot[i] = 1;
      row_out[(int64_t)i * job.row_stride] = 0;
    }
    for (uint32_t j = tid; j < cols; j += blockDim.x) {
      at.column_log[j] = 0;
      at.column_scale[j] = 1;
      if (rank == 0) place.column_scale[j] = 0;
    }
    const auto weight = [&](uint32_t i, uint32_t j) {
      return team.on_chip ? load1(at.weight, job.type, chip_index(i, j, cols, job.type))
                          : load1(job.weight, job.type, origin + (int64_t)i * job.stride + j);
    };
    // Of columns column_of(lane, 4 h) to the third after it.
    const bool together = team.on_chip && cols % 4 == 0;
    const auto four = [&](uint32_t i, int h, float *w) {
      if (together) {
        load4(at.weight, job.type, chip_index(i, column_of(lane, 4 * h), cols, job.type), w);
        return;
      }
      for (int k = 0; k < 4; k++) {
        const uint32_t j = column_of(lane, 4 * h + k);
        w[k] = j < cols ? weight(i, j) : 0.0f;
      }
    };
    __syncthreads();
    Progress progress;
    for (int32_t iteration = 0; iteration < job.iterations; iteration++) {
      // Sums of this thread's columns over its rows.
      Sums<Number> down = {};
      float c[8], inverse[8];
#pragma unroll
      for (int k = 0; k < 8; k++) {
        c[k] = column_of(lane, k) < cols ? at.column_scale[column_of(lane, k)] : 1.0f;
        inverse[k] = Arithmetic::inverse(c[k]);
      }
      float low = plain ? -1.0f : infinity();
      float high = 0;
      for (uint32_t base = 0; base < mine; base += blockDim.x) {
        const uint32_t group = base + tid / 8 * 8;
        Sums<Number> along;
#pragma unroll
        for (int i = 0; i < 8; i++) {
          const uint32_t row = group + i;
          const bool there = row < mine;
          const float scale = there ? at.row_slot[row] : 1.0f;
          const float reciprocal = Arithmetic::inverse(scale);
          along.sum[i] = along.square[i] = 0;
#pragma unroll
          for (int h = 0; h < 2; h++) {
            float w[4] = {0, 0, 0, 0};
            if (there && column_of(lane, 4 * h) < cols) four(row, h, w);
#pragma unroll
            for (int e = 0; e < 4; e++) {
              const int k = 4 * h + e;
              Arithmetic::add(w[e], c[k], inverse[k], scale, reciprocal, along.sum[i], along.square[i], down.sum[k],
                              down.square[k]);
            }
          }
        }
        scatter_sums<4>(along, 4);
        scatter_sums<2>(along, 2);
        scatter_sums<1>(along, 1);
        const uint32_t row = group + lane;
        if (row < mine) {
          const float std = Arithmetic::std_of(along.sum[0], along.square[0], cols, at.row_slot[row]);
          at.row_slot[row] = std;
          low = smaller(low, std);
          high = larger(high, std);
        }
      }
      scatter_sums<4>(down, 16);
      scatter_sums<2>(down, 8);
#pragma unroll
      for (int k = 0; k < 2; k++) {
        const uint32_t column = column_of(lane, (tid & 16 ? 4 : 0) + (tid & 8 ? 2 : 0) + k);
        at.parts[warp * 2 * MAX_COLS + column] = down.sum[k];
        at.parts[warp * 2 * MAX_COLS + MAX_COLS + column] = down.square[k];
      }
      warp_range(low, high);
      if (tid % 32 == 0) {
        at.ranges[2 * warp] = low;
        at.ranges[2 * warp + 1] = high;
      }
      __syncthreads();
      double *shown = exchange(rank, iteration);
      for (uint32_t j = tid; j < 2 * MAX_COLS; j += blockDim.x) {
        double sum = 0;
        for (int w = 0; w < warps; w++) sum += at.parts[w * 2 * MAX_COLS + j];
        shown[j] = sum;
      }
      if (tid == 0) {
        for (int w = 1; w < warps; w++) {
          low = smaller(low, at.ranges[2 * w]);
          high = larger(high, at.ranges[2 * w + 1]);
        }
        shown[2 * MAX_COLS] = low;
        shown[2 * MAX_COLS + 1] = high;
      }
      team_sync();
      for (uint32_t j = tid; j < cols; j += blockDim.x) {
        double sum = 0;
        double square = 0;
        for (uint32_t k = 0; k < (uint32_t)team.size; k++) {
          const double *theirs = exchange(k, iteration);
          sum += theirs[j];
          square += theirs[MAX_COLS + j];
        }
        at.column_std[j] = Arithmetic::std_of((Number)sum, (Number)square, place.rows, at.column_scale[j]);
      }
      low = infinity();
      high = 0;
      for (uint32_t k = 0; k < (uint32_t)team.size; k++) {
        const double *theirs = exchange(k, iteration);
        low = smaller(low, (float)theirs[2 * MAX_COLS]);
        high = larger(high, (float)theirs[2 * MAX_COLS + 1]);
      }
      __syncthreads();
      for (uint32_t j = tid % 32; j < cols; j += 32) {
        low = smaller(low, at.column_std[j]);
        high = larger(high, at.column_std[j]);
      }
      warp_range(low, high);
      if (low < 0) {
        // A line that is almost constant, or weights beyond the range, anywhere in the team.
        if (rank == 0 && tid == 0) job.redo[tile] = 1;
        break;
      }
      const Progress::Decision decision = progress.decide(job, iteration, low, high);
      if (decision == Progress::stop) break;
      for (uint32_t i = tid; i < mine; i += blockDim.x) {
        if (decision == Progress::keep) row_out[(int64_t)i * job.row_stride] = at.row_log[i];
        at.row_slot[i] = Arithmetic::kept(exp32(at.row_log[i] = step_of(job, at.row_log[i], at.row_slot[i], progress.tau)));
      }
      for (uint32_t j = tid; j < cols; j += blockDim.x) {
        if (decision == Progress::keep && rank == 0) place.column_scale[j] = at.column_log[j];
        at.column_log[j] = step_of(job, at.column_log[j], at.column_std[j], progress.tau);
        at.column_scale[j] = Arithmetic::kept(exp32(at.column_log[j]));
      }
      __syncthreads();
    }
    for (uint32_t i = tid; i < mine; i += blockDim.x) {
      float &scale = row_out[(int64_t)i * job.row_stride];
      scale = exp32(scale);
    }
    for (uint32_t j = tid; rank == 0 && j < cols; j += blockDim.x) place.column_scale[j] = exp32(place.column_scale[j]);
    // No block leaves, or goes on to the next tile, while others read what it shows.
    team_sync();
  }
}

namespace {

using TeamKernel = void (*)(SinkhornJob, Team);

template <typename Arithmetic> TeamKernel kernel_of(int kind) {
  if (kind == CLUSTER) return sinkhorn_team<CLUSTER, Arithmetic>;
  return kind == GRID ? sinkhorn_team<GRID, Arithmetic> : sinkhorn_team<ALONE, Arithmetic>;
}

TeamKernel team_kernel(int kind) { return settings().version == 3 ? kernel_of<Single>(kind) : kernel_of<Exact>(kind); }

} // namespace

SinkhornWorkspace::Plan SinkhornWorkspace::plan(int64_t tiles, int64_t tile_rows, int64_t tile_cols, int32_t type) {
  const DeviceLimits &limits = device_limits();
  Plan best;
  if (settings().version == 1 || tile_cols > MAX_COLS) return best;
  const auto with = [&](int team, bool on_chip, Plan &plan) {
    const int64_t rows = ((tile_rows + team - 1) / team + 7) / 8 * 8;
    const int64_t size = type == F32 ? 4 : 2;
    plan.team = team;
    plan.rows = (uint32_t)rows;
    plan.on_chip = on_chip;
    const int64_t weights = on_chip ? (rows * tile_cols + rows / 8 * chip_gap(type)) * size : 0;
    for (plan.threads = (int)std::min<int64_t>(512, (rows + 31) / 32 * 32); plan.threads >= 32; plan.threads /= 2) {
      plan.threads = plan.threads / 32 * 32;
      plan.shared = fixed_bytes(plan.threads / 32) + (size_t)(rows * 2 * 4 + weights);
      if (plan.shared <= (size_t)limits.shared_bytes) return true;
      if (plan.threads == 32) break;
    }
    return false;
  };
  // Most blocks of a grid that can run at once.
  const auto resident = [&](const Plan &plan) {
    int blocks = 0;
    if (plan.shared > (48u << 10))
      check(cudaFuncSetAttribute(team_kernel(GRID), cudaFuncAttributeMaxDynamicSharedMemorySize, (int)plan.shared), "sinkhorn_v2");
    check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, team_kernel(GRID), plan.threads, plan.shared), "sinkhorn_v2");
    return (int64_t)blocks * limits.multiprocessors;
  };
  // Most clusters that can run at once; none where the device's parts are too small for them.
  const auto clusters = [&](const Plan &plan) {
    int count = 0;
    const Launch shape = {plan.team, plan.threads, plan.shared, lane(0).stream, plan.team};
    with_config("sinkhorn_v2", team_kernel(CLUSTER), shape, [&](const cudaLaunchConfig_t &config) {
      check(cudaOccupancyMaxActiveClusters(&count, team_kernel(CLUSTER), &config), "sinkhorn_v2");
    });
    return count;
  };
  // Larger teams while they fill a device that there are too few tiles for, and while their blocks have something to do.
  const auto crowded = [&](int team) { return tiles * team >= limits.multiprocessors || tile_rows / team < 128; };
  for (int team = 1; team <= MAX_TEAM; team *= 2) {
    Plan plan;
    if (!with(team, true, plan)) continue;
    if (!crowded(team) && team < MAX_TEAM) continue;
    plan.teams = tiles;
    plan.possible = true;
    if (team == 1) return plan;
    plan.kind = CLUSTER;
    if (limits.major >= 9 && clusters(plan) > 0) return plan;
    plan.kind = GRID;
    plan.teams = std::min(tiles, resident(plan) / team);
    if (plan.teams > 0) return plan;
    break;
  }
  for (int team = MAX_TEAM; team >= 1; team /= 2) {
    Plan plan;
    if (!with(team, false, plan)) continue;
    plan.possible = true;
    plan.teams = tiles;
    if (team == 1) return plan;
    if (crowded(team / 2)) continue;
    plan.kind = GRID;
    plan.teams = std::min(tiles, resident(plan) / team);
    if (plan.teams > 0) return plan;
  }
  return best;
}

SinkhornWorkspace::SinkhornWorkspace(int64_t rows, int64_t cols, int64_t tile_rows, int64_t tile_cols, int32_t type)
    : tiles(((rows + tile_rows - 1) / tile_rows) * (cols / tile_cols)), chosen(plan(tiles, tile_rows, tile_cols, type)),
      redo(chosen.possible ? tiles : 0), scratch(tiles * 3 * (tile_rows + tile_cols)),
      exchange(chosen.kind == GRID ? chosen.teams * chosen.team * 2 * EXCHANGE : 0),
      arrivals(chosen.kind == GRID ? chosen.teams : 0) {}

void SinkhornWorkspace::run(SinkhornJob job, cudaStream_t stream) {
  job.redo = redo;
  job.scratch = scratch;
  const int64_t bands = (job.rows + job.tile_rows - 1) / job.tile_rows;
  const int64_t count = bands * (job.cols / job.tile_cols);
  if (chosen.possible) {
    check(cudaMemsetAsync(redo, 0, (size_t)tiles, stream), "cudaMemset");
    const Team team = {chosen.team, chosen.rows, chosen.on_chip, exchange, arrivals};
    const int64_t teams = std::min(chosen.teams, count);
    Launch shape = {teams * chosen.team, chosen.threads, chosen.shared, stream};
    if (chosen.kind == CLUSTER) shape.cluster = chosen.team;
    if (chosen.kind == GRID) {
      check(cudaMemsetAsync(arrivals, 0, (size_t)chosen.teams * sizeof(uint32_t), stream), "cudaMemset");
      shape.cooperative = true;
    }
    launch("sinkhorn_v2", team_kernel(chosen.kind), shape, job, team);
  }
  normalize_plainly(job, count, stream);
}

} // namespace kernels
