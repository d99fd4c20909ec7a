// Times of the kernels alone, on data that lies on the device.
#include "dequantize.h"
#include "hadamard.h"
#include "hqq.h"
#include "output_error.h"
#include "pieces.h"
#include "product.h"
#include "round.h"
#include "sinkhorn.h"

#include <memory>
#include <vector>

namespace kernels {
namespace {

// The published settings.
constexpr int32_t BITS = 4;
constexpr int64_t GROUP = 64;
constexpr int32_t ITERATIONS = 16;
constexpr int32_t HQQ_STEPS = 20;
// Sets of data are taken in turn until they exceed every cache.
#ifdef __CUDACC__
constexpr double BEYOND_CACHE = 600e6;
#else
constexpr double BEYOND_CACHE = 0;
#endif

// Near-normal values of deviation 0.02 from a hash of their index, as float32 or bfloat16 or float16 (by its bits' layout: the
// values are normal numbers of both).
__global__ void random_values(void *to, int32_t type, uint32_t count, uint32_t seed) {
  const uint32_t at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= count) return;
  uint32_t h = at * 2654435761u + seed;
  float sum = -2;
  for (int k = 0; k < 4; k++) {
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= h >> 15;
    h *= 0x846ca68bu;
    sum += (float)(h >> 8) * (1.0f / 16777216.0f);
  }
  const float value = 0.035f * sum;
  if (type == F32) {
    static_cast<float *>(to)[at] = value;
  } else if (type == BF16) {
    static_cast<uint16_t *>(to)[at] = (uint16_t)(bits_of(value) >> 16);
  } else {
    const uint32_t word = bits_of(value);
    const uint32_t exponent = (word >> 23) & 255u;
    // Below the normal numbers of float16: zero.
    const uint32_t size = exponent < 113 ? 0u : ((exponent - 112) << 10) | ((word >> 13) & 1023u);
    static_cast<uint16_t *>(to)[at] = (uint16_t)((word >> 16 & 0x8000u) | size);
  }
}

constexpr int CHAINS = 8;
#ifdef __CUDACC__
constexpr int ROUNDS = 512;
#else
constexpr int ROUNDS = 2;
#endif

// Independent chains of multiply-adds: the rate at which the device issues them.
__global__ void multiply_add(float *out, float factor) {
  float chain[CHAINS];
#pragma unroll
  for (int k = 0; k < CHAINS; k++) chain[k] = (float)(threadIdx.x + (unsigned)k);
  for (int i = 0; i < ROUNDS; i++) {
#pragma unroll
    for (int k = 0; k < CHAINS; k++) chain[k] = __fmaf_rn(chain[k], factor, 0.5f);
  }
  float sum = 0;
#pragma unroll
  for (int k = 0; k < CHAINS; k++) sum += chain[k];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

void fill(void *to, int32_t type, int64_t count, uint32_t seed) {
  launch("random_values", random_values, Launch{(count + 255) / 256, 256, 0, lane(0).stream}, to, type, (uint32_t)count, seed);
}

// NF4's levels lie between thresholds like these; where exactly does not matter for the time.
const float *thresholds() {
  static float values[15];
  for (int k = 0; k < 15; k++) values[k] = ((float)k - 7) / 8;
  return values;
}

// One set of data with every array that some step needs.
struct Set {
  Set(int64_t rows, int64_t cols, int32_t type, int64_t tokens, bool all)
      : count(rows * cols), groups(count / GROUP), weight(count * element_bytes(type)), codes(packed_bytes(count, BITS)),
        scale(groups), zero(groups), row_scale(groups), column_scale(cols), out(all ? count : 0), x(tokens * cols),
        y(tokens * rows), inputs(tokens * cols * element_bytes(type)) {
    fill(weight, type, count, 1);
    fill(codes, F32, packed_bytes(count, BITS) / 4, 2);
    fill(scale, F32, groups, 3);
    fill(zero, F32, groups, 4);
    fill(column_scale, F32, cols, 6);
    fill(x, F32, tokens * cols, 7);
    fill(inputs, type, tokens * cols, 8);
  }
  int64_t count, groups;
  Device<uint8_t> weight, codes;
  Device<float> scale, zero, row_scale, column_scale, out, x, y;
  Device<uint8_t> inputs;
};

class Event {
public:
  Event() { check(cudaEventCreateWithFlags(&event, 0), "cudaEventCreate"); }
  ~Event() { (void)cudaEventDestroy(event); }
  Event(const Event &) = delete;
  Event &operator=(const Event &) = delete;
  operator cudaEvent_t() const { return event; }

private:
  cudaEvent_t event = nullptr;
};

template <typename F> double median_time(int32_t repeats, cudaStream_t stream, F run) {
  for (int32_t i = 0; i < 3; i++) run(i);
  check(cudaStreamSynchronize(stream), "warming up");
  std::vector<float> times((size_t)repeats);
  Event from, to;
  for (int32_t i = 0; i < repeats; i++) {
    check(cudaEventRecord(from, stream), "cudaEventRecord");
    run(i);
    check(cudaEventRecord(to, stream), "cudaEventRecord");
    check(cudaEventSynchronize(to), "waiting for the device");
    check(cudaEventElapsedTime(&times[(size_t)i], from, to), "cudaEventElapsedTime");
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

} // namespace
} // namespace kernels

int32_t kernels_cuda_bench(int32_t step, int64_t rows, int64_t cols, int32_t type, int64_t parameter, int32_t repeats,
                           double *milliseconds, double *bytes) {
  using namespace kernels;
  if (cols % GROUP != 0 || rows * cols > MOST || type < F32 || type > BF16 || repeats < 1) return KERNELS_BAD_ARGUMENT;
  const int64_t count = rows * cols;
  const int64_t groups = count / GROUP;
  const bool product = step == KERNELS_STEP_PRODUCT || step == KERNELS_STEP_PRODUCT_SCALED;
  const int64_t tokens = product || step == KERNELS_STEP_SEARCH ? std::max<int64_t>(1, parameter) : 1;
  const bool writes_floats = step == KERNELS_STEP_COPY || step == KERNELS_STEP_DEQUANTIZE || step == KERNELS_STEP_HADAMARD ||
                             step == KERNELS_STEP_SEARCH;
  const double weight_bytes = (double)(count * element_bytes(type));
  const double code_bytes = (double)packed_bytes(count, BITS) + 8.0 * (double)groups;
  return guarded(1, 1, [&](int64_t) -> int32_t {
    const cudaStream_t stream = lane(0).stream;
    BadIndex bad(stream);
    const Constant<float> table(thresholds(), 15);
    const int64_t sets = std::max<int64_t>(1, std::min<int64_t>(64, (int64_t)(BEYOND_CACHE / (product ? code_bytes : weight_bytes)) + 1));
    std::vector<std::unique_ptr<Set>> data;
    for (int64_t k = 0; k < sets; k++) data.emplace_back(new Set(rows, cols, type, tokens, writes_floats));
    const auto set = [&](int32_t i) -> Set & { return *data[(size_t)(i % sets)]; };
    RoundJob round = {};
    round.type = type;
    round.rows = (uint32_t)rows;
    round.cols = (uint32_t)cols;
    round.scheme = step == KERNELS_STEP_NF4 ? KERNELS_CODEBOOK_ABSMAX : KERNELS_ASYMMETRIC;
    round.bits = BITS;
    round.group = GROUP;
    round.thresholds = table;
    round.threshold_count = step == KERNELS_STEP_NF4 ? 15 : 0;
    round.zero_limit = 65504;
    round.bad = bad;
    const auto rounded = [&](Set &s) {
      RoundJob job = round;
      job.weight = s.weight;
      job.codes = s.codes;
      job.scale = s.scale;
      job.zero = s.zero;
      return job;
    };
    const auto dequantized = [&](Set &s) {
      DequantizeJob job = {};
      job.codes = s.codes;
      job.rows = (uint32_t)rows;
      job.cols = (uint32_t)cols;
      job.bits = BITS;
      job.group = GROUP;
      job.scale = s.scale;
      job.zero = s.zero;
      job.column_scale = s.column_scale;
      job.column_scale_rows = (uint32_t)rows;
      job.out = s.out;
      return job;
    };
    const auto time = [&](double least, auto run) -> int32_t {
      *bytes = least;
      *milliseconds = median_time(repeats, stream, [&](int32_t i) { run(set(i)); });
      return KERNELS_OK;
    };
    SinkhornJob sinkhorn = {};
    sinkhorn.type = type;
    sinkhorn.rows = sinkhorn.tile_rows = (uint32_t)rows;
    sinkhorn.cols = sinkhorn.stride = sinkhorn.column_stride = (uint32_t)cols;
    sinkhorn.row_stride = (uint32_t)(cols / GROUP);
    sinkhorn.tile_cols = GROUP;
    sinkhorn.iterations = ITERATIONS;
    sinkhorn.step_min = 0.7f;
    sinkhorn.step_max = 2.0f;
    sinkhorn.early_stop = parameter != 1;
    sinkhorn.matrix_cols = cols;
    sinkhorn.bad = bad;
    switch (step) {
    case KERNELS_STEP_COPY:
      return time(8.0 * (double)count, [&](Set &s) {
        const size_t size = (size_t)count * sizeof(float) / 2;
        uint8_t *half = reinterpret_cast<uint8_t *>(static_cast<float *>(s.out));
        check(cudaMemcpyAsync(half + size, half, size, cudaMemcpyDeviceToDevice, stream), "copying on the device");
        check(cudaMemcpyAsync(half, half + size, size, cudaMemcpyDeviceToDevice, stream), "copying on the device");
      });
    case KERNELS_STEP_ROUND:
    case KERNELS_STEP_NF4:
      return time(weight_bytes + code_bytes - (step == KERNELS_STEP_NF4 ? 4.0 * (double)groups : 0), [&](Set &s) {
        RoundJob job = rounded(s);
        if (step == KERNELS_STEP_NF4) job.zero = nullptr;
        round_on_device(job, nullptr, stream);
      });
    case KERNELS_STEP_DEQUANTIZE:
      return time(4.0 * (double)count + code_bytes, [&](Set &s) { dequantize_on_device(dequantized(s), stream); });
    case KERNELS_STEP_SINKHORN: {
      SinkhornWorkspace work(rows, cols, rows, GROUP, type);
      return time(weight_bytes + 4.0 * (double)(groups + cols), [&](Set &s) {
        SinkhornJob job = sinkhorn;
        job.weight = s.weight;
        job.row_scale = s.row_scale;
        job.column_scale = s.column_scale;
        work.run(job, stream);
      });
    }
    case KERNELS_STEP_ROUND_NORMALIZED: {
      SinkhornWorkspace work(rows, cols, rows, GROUP, type);
      for (const auto &s : data) {
        SinkhornJob job = sinkhorn;
        job.weight = s->weight;
        job.row_scale = s->row_scale;
        job.column_scale = s->column_scale;
        work.run(job, stream);
      }
      return time(weight_bytes + code_bytes + 4.0 * (double)(groups + cols), [&](Set &s) {
        RoundJob job = rounded(s);
        job.norm = {s.row_scale, s.column_scale, (uint32_t)rows, (uint32_t)GROUP, (uint32_t)(cols / GROUP), 0};
        round_on_device(job, nullptr, stream);
      });
    }
    case KERNELS_STEP_HQQ: {
      HqqJob job = {};
      job.type = type;
      job.rows = job.tile_rows = (uint32_t)rows;
      job.cols = (uint32_t)cols;
      job.bits = BITS;
      job.group = GROUP;
      job.iterations = HQQ_STEPS;
      job.exponent = -0.3f;
      job.inverse_beta = 0.1f;
      job.shrink_from = 0.16f;
      job.zero_limit = 65504;
      job.bad = bad;
      Device<float> zeros(groups * (HQQ_STEPS + 1)), reciprocal(groups), code_zero(groups);
      Device<double> parts(hqq_warps(job) * HQQ_STEPS), errors(hqq_tiles(job) * HQQ_STEPS);
      job.zeros = zeros;
      job.reciprocal = reciprocal;
      job.code_zero = code_zero;
      job.parts = parts;
      job.errors = errors;
      return time(2 * weight_bytes + code_bytes, [&](Set &s) {
        HqqJob of = job;
        of.weight = s.weight;
        of.scale = s.scale;
        of.zero = s.zero;
        hqq_solve_on_device(of, stream);
        hqq_finish_on_device(of, -1, stream);
        RoundJob given = rounded(s);
        given.scheme = GIVEN_CODES;
        given.scale = reciprocal;
        given.zero = code_zero;
        round_on_device(given, nullptr, stream);
      });
    }
    case KERNELS_STEP_HADAMARD:
      return time(8.0 * (double)count, [&](Set &s) { hadamard_on_device(s.out, count, cols & -cols, stream); });
    case KERNELS_STEP_SEARCH: {
      Device<double> sizes(tokens * rows), sums(rows);
      Device<float> wide(count);
      fill(wide, F32, count, 9);
      return time(4.0 * (double)count + code_bytes, [&](Set &s) {
        round_on_device(rounded(s), nullptr, stream);
        dequantize_on_device(dequantized(s), stream);
        output_error_on_device({s.x, wide, s.out, (uint32_t)tokens, (uint32_t)rows, (uint32_t)cols, 0, sizes, sums}, stream);
      });
    }
    case KERNELS_STEP_PRODUCT:
    case KERNELS_STEP_PRODUCT_SCALED:
      return time(code_bytes + (double)(tokens * cols * element_bytes(type)) + 4.0 * (double)(tokens * rows), [&](Set &s) {
        product_on_device({s.codes, (uint32_t)rows, (uint32_t)cols, (uint32_t)GROUP, s.scale, s.zero,
                           step == KERNELS_STEP_PRODUCT ? nullptr : static_cast<const float *>(s.column_scale), s.inputs, type,
                           (uint32_t)tokens, s.y},
                          stream);
      });
    case KERNELS_STEP_MULTIPLY_ADD: {
      const int64_t blocks = 16 * device_limits().multiprocessors;
      Device<float> out(blocks * 256);
      return time((double)blocks * 256 * CHAINS * ROUNDS, [&](Set &) {
        launch("multiply_add", multiply_add, Launch{blocks, 256, 0, stream}, static_cast<float *>(out), 0.75f);
      });
    }
    default: return KERNELS_BAD_ARGUMENT;
    }
  });
}
