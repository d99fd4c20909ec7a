// The half-quadratic solver from host memory to host memory, a number of rows at a time. Where all groups stop together the
// errors of all pieces decide: with more than one piece, each is sent and solved twice.
#include "hqq.h"
#include "pieces.h"
#include "round.h"

#include <limits>
#include <vector>

namespace kernels {
namespace {

struct HqqBuffers {
  HqqBuffers(const HqqJob &job, int64_t row_scales, int64_t scratch_bytes)
      : weight((int64_t)job.rows * job.cols * element_bytes(job.type)), codes(packed_bytes((int64_t)job.rows * job.cols, job.bits)),
        scratch(scratch_bytes), zeros(groups(job) * (job.iterations + 1)), reciprocal(groups(job)), scale(groups(job)),
        zero(groups(job)), code_zero(groups(job)), row_scale(row_scales), parts(hqq_warps(job) * job.iterations),
        errors(hqq_tiles(job) * job.iterations) {}
  static int64_t groups(const HqqJob &job) { return (int64_t)job.rows * (job.cols / job.group); }
  Device<uint8_t> weight, codes, scratch;
  Device<float> zeros, reciprocal, scale, zero, code_zero, row_scale;
  Device<double> parts, errors;
};

// The step at which the mean error of the whole matrix does not fall, or the last one.
int32_t last_step(const std::vector<double> &sums, double count) {
  float best = std::numeric_limits<float>::infinity();
  for (size_t i = 0; i < sums.size(); i++) {
    const float error = (float)(sums[i] / count);
    if (!(error < best)) return (int32_t)i;
    best = error;
  }
  return (int32_t)sums.size() - 1;
}

} // namespace
} // namespace kernels

int32_t kernels_cuda_hqq(const void *weight, int32_t type, int64_t rows, int64_t cols, int32_t bits, int64_t group,
                         int32_t iterations, float exponent, float inverse_beta, float shrink_from, int32_t round_zero,
                         double zero_limit, int64_t error_rows, const float *row_scale, const float *column_scale,
                         int64_t tile_rows, int64_t tile_cols, uint8_t *codes, float *scale, float *zero,
                         int64_t *bad_index) {
  using namespace kernels;
  const bool best_of_tiles = error_rows > 0;
  const int64_t aligned = aligned_rows(cols);
  // Whole tiles, unless one is the whole height.
  const int64_t unit = best_of_tiles ? std::min(std::lcm(aligned, error_rows), std::max(rows, aligned)) : aligned;
  if (bits < 2 || bits > 8 || type < F32 || type > BF16 || unit * cols > MOST || iterations < 1) return KERNELS_BAD_ARGUMENT;
  const int64_t groups = cols / group;
  const int64_t across = row_scale ? cols / tile_cols : 0;
  return guarded(PIECE, unit * cols, [&](int64_t piece) -> int32_t {
    const int64_t height = piece_rows(rows, cols, unit, piece);
    const int64_t pieces = (rows + height - 1) / height;
    BadIndex bad(lane(0).stream);
    const int64_t bands = row_scale ? (rows + tile_rows - 1) / tile_rows : 0;
    const Constant<float> columns(column_scale, bands * cols);
    HqqJob job = {};
    job.type = type;
    job.rows = (uint32_t)height;
    job.cols = (uint32_t)cols;
    job.bits = bits;
    job.group = (uint32_t)group;
    job.iterations = iterations;
    job.exponent = exponent;
    job.inverse_beta = inverse_beta;
    job.shrink_from = shrink_from;
    job.round_zero = round_zero;
    job.zero_limit = zero_limit;
    job.tile_rows = (uint32_t)(best_of_tiles ? std::min(error_rows, height) : height);
    job.norm = {nullptr, columns, (uint32_t)tile_rows, (uint32_t)tile_cols, (uint32_t)across, 0};
    job.bad = bad;
    RoundJob round = {};
    round.type = type;
    round.rows = (uint32_t)height;
    round.cols = (uint32_t)cols;
    round.scheme = GIVEN_CODES;
    round.bits = bits;
    round.group = (uint32_t)group;
    round.bad = bad;
    const int64_t scratch = round_scratch(round);
    HqqBuffers first(job, height * across, scratch);
    HqqJob half = job;
    half.rows = pieces > 1 ? job.rows : 0;
    HqqBuffers second(half, pieces > 1 ? height * across : 0, pieces > 1 ? scratch : 0);
    const auto height_of = [&](int64_t p) { return std::min(height, rows - p * height); };
    const auto job_of = [&](int64_t p) {
      HqqBuffers &b = p & 1 ? second : first;
      HqqJob part = job;
      part.rows = (uint32_t)height_of(p);
      part.first = p * height * cols;
      part.weight = b.weight;
      part.zeros = b.zeros;
      part.reciprocal = b.reciprocal;
      part.parts = b.parts;
      part.errors = b.errors;
      part.scale = b.scale;
      part.zero = b.zero;
      part.code_zero = b.code_zero;
      if (row_scale) {
        part.norm.row_scale = b.row_scale;
        part.norm.column_scale = columns + p * height / tile_rows * cols;
        part.norm.first_row = (uint32_t)(p * height % tile_rows);
      }
      return part;
    };
    const auto solve = [&](int64_t p, Lane &on) {
      const int64_t n = height_of(p);
      HqqBuffers &b = p & 1 ? second : first;
      const size_t weight_bytes = (size_t)(n * cols * element_bytes(type));
      const size_t scale_bytes = (size_t)(n * across) * sizeof(float);
      unsigned char *in = on.pinned_in(padded(weight_bytes) + scale_bytes);
      const char *source = static_cast<const char *>(weight) + p * height * cols * element_bytes(type);
      copy_rows(in, weight_bytes, source, weight_bytes, weight_bytes, 1);
      upload<uint8_t>(b.weight, in, (int64_t)weight_bytes, on.stream);
      if (row_scale) {
        memcpy(in + padded(weight_bytes), row_scale + p * height * across, scale_bytes);
        upload<float>(b.row_scale, in + padded(weight_bytes), n * across, on.stream);
      }
      hqq_solve_on_device(job_of(p), on.stream);
    };
    const auto finish = [&](int64_t p, int32_t step, Lane &on) {
      const int64_t n = height_of(p);
      HqqBuffers &b = p & 1 ? second : first;
      const HqqJob part = job_of(p);
      hqq_finish_on_device(part, step, on.stream);
      RoundJob codes_of = round;
      codes_of.rows = part.rows;
      codes_of.first = part.first;
      codes_of.weight = part.weight;
      codes_of.norm = part.norm;
      codes_of.codes = b.codes;
      codes_of.scale = b.reciprocal;
      codes_of.zero = b.code_zero;
      round_on_device(codes_of, b.scratch, on.stream);
      const size_t code_bytes = padded((size_t)packed_bytes(n * cols, bits));
      const size_t group_bytes = padded((size_t)(n * groups) * sizeof(float));
      unsigned char *out = on.pinned_out(code_bytes + 2 * group_bytes);
      download<uint8_t>(out, b.codes, packed_bytes(n * cols, bits), on.stream);
      download<float>(out + code_bytes, b.scale, n * groups, on.stream);
      download<float>(out + code_bytes + group_bytes, b.zero, n * groups, on.stream);
    };
    const auto take = [&](int64_t p, Lane &on) {
      const int64_t n = height_of(p);
      const size_t bytes = (size_t)packed_bytes(n * cols, bits);
      const size_t group_bytes = (size_t)(n * groups) * sizeof(float);
      const unsigned char *out = on.pinned_out(0);
      copy_rows(codes + packed_bytes(p * height * cols, bits), bytes, out, bytes, bytes, 1);
      memcpy(scale + p * height * groups, out + padded(bytes), group_bytes);
      memcpy(zero + p * height * groups, out + padded(bytes) + padded(group_bytes), group_bytes);
    };
    int32_t step = -1;
    if (!best_of_tiles) {
      std::vector<double> sums((size_t)iterations, 0.0);
      const auto begin = [&](int64_t p, Lane &on) {
        solve(p, on);
        const int64_t count = hqq_tiles(job_of(p)) * iterations;
        download<double>(on.pinned_out((size_t)count * sizeof(double)), (p & 1 ? second : first).errors, count, on.stream);
      };
      const auto end = [&](int64_t p, Lane &on) {
        const double *errors = reinterpret_cast<const double *>(on.pinned_out(0));
        const int64_t count = hqq_tiles(job_of(p)) * iterations;
        for (int64_t k = 0; k < count; k++) sums[(size_t)(k % iterations)] += errors[k];
      };
      in_turns(pieces, begin, end);
      step = last_step(sums, (double)rows * (double)cols);
      if (pieces == 1) {
        finish(0, step, lane(0));
        check(cudaStreamSynchronize(lane(0).stream), "waiting for the device");
        take(0, lane(0));
        return bad.status(bad_index);
      }
    }
    in_turns(
        pieces,
        [&](int64_t p, Lane &on) {
          solve(p, on);
          finish(p, step, on);
        },
        take);
    return bad.status(bad_index);
  });
}

int32_t kernels_hqq(const float *weight, int64_t rows, int64_t cols, int32_t bits, int64_t group, int32_t iterations,
                    float exponent, float inverse_beta, float shrink_from, int32_t round_zero, double zero_limit,
                    int64_t error_rows, const float *row_scale, const float *column_scale, int64_t tile_rows,
                    int64_t tile_cols, uint8_t *codes, float *scale, float *zero, int64_t *bad_index, int32_t) {
  return kernels_cuda_hqq(weight, kernels::F32, rows, cols, bits, group, iterations, exponent, inverse_beta, shrink_from,
                          round_zero, zero_limit, error_rows, row_scale, column_scale, tile_rows, tile_cols, codes, scale, zero,
                          bad_index);
}
