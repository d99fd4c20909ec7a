// Rounding from host memory to host memory, a number of rows at a time.
#include "round.h"
#include "pieces.h"

namespace kernels {
namespace {

// One lane's share of device memory.
struct RoundBuffers {
  RoundBuffers(int64_t count, int64_t groups, int64_t row_scales, int64_t scratch_bytes, int32_t type, int32_t bits)
      : weight(count * element_bytes(type)), codes(packed_bytes(count, bits)), scratch(scratch_bytes), scale(groups),
        zero(groups), row_scale(row_scales) {}
  Device<uint8_t> weight, codes, scratch;
  Device<float> scale, zero, row_scale;
};

} // namespace
} // namespace kernels

int32_t kernels_cuda_round(const void *weight, int32_t type, int64_t rows, int64_t cols, int32_t scheme, int32_t bits,
                           int64_t group, const float *thresholds, int32_t threshold_count, double zero_limit,
                           const float *row_scale, const float *column_scale, int64_t tile_rows, int64_t tile_cols,
                           uint8_t *codes, float *scale, float *zero, int64_t *bad_index) {
  using namespace kernels;
  const int64_t unit = aligned_rows(cols);
  if (bits < 2 || bits > 8 || type < F32 || type > BF16 || unit * cols > MOST) return KERNELS_BAD_ARGUMENT;
  const int64_t groups = cols / group;
  const int64_t across = row_scale ? cols / tile_cols : 0;
  return guarded(PIECE, unit * cols, [&](int64_t piece) -> int32_t {
    const int64_t height = piece_rows(rows, cols, unit, piece);
    const int64_t pieces = (rows + height - 1) / height;
    BadIndex bad(lane(0).stream);
    const Constant<float> table(thresholds, threshold_count);
    const int64_t bands = row_scale ? (rows + tile_rows - 1) / tile_rows : 0;
    const Constant<float> columns(column_scale, bands * cols);
    RoundJob job = {};
    job.type = type;
    job.rows = (uint32_t)height;
    job.cols = (uint32_t)cols;
    job.scheme = scheme;
    job.bits = bits;
    job.group = (uint32_t)group;
    job.thresholds = table;
    job.threshold_count = threshold_count;
    job.zero_limit = zero_limit;
    job.bad = bad;
    job.norm = {nullptr, columns, (uint32_t)tile_rows, (uint32_t)tile_cols, (uint32_t)across, 0};
    RoundBuffers first(height * cols, height * groups, height * across, round_scratch(job), type, bits);
    // Nothing to take turns with where there is one piece.
    const int64_t other = pieces > 1 ? height : 0;
    RoundBuffers second(other * cols, other * groups, other * across, other ? round_scratch(job) : 0, type, bits);
    const auto buffers = [&](int64_t p) -> RoundBuffers & { return p & 1 ? second : first; };
    const auto height_of = [&](int64_t p) { return std::min(height, rows - p * height); };
    const auto begin = [&](int64_t p, Lane &on) {
      const int64_t n = height_of(p);
      RoundBuffers &b = buffers(p);
      const size_t weight_bytes = (size_t)(n * cols * element_bytes(type));
      const size_t scale_bytes = (size_t)(n * across) * sizeof(float);
      unsigned char *in = on.pinned_in(padded(weight_bytes) + scale_bytes);
      const char *source = static_cast<const char *>(weight) + p * height * cols * element_bytes(type);
      copy_rows(in, weight_bytes, source, weight_bytes, weight_bytes, 1);
      upload<uint8_t>(b.weight, in, (int64_t)weight_bytes, on.stream);
      RoundJob part = job;
      part.rows = (uint32_t)n;
      part.first = p * height * cols;
      part.weight = b.weight;
      part.codes = b.codes;
      part.scale = b.scale;
      part.zero = zero ? static_cast<float *>(b.zero) : nullptr;
      if (row_scale) {
        memcpy(in + padded(weight_bytes), row_scale + p * height * across, scale_bytes);
        upload<float>(b.row_scale, in + padded(weight_bytes), n * across, on.stream);
        part.norm.row_scale = b.row_scale;
        part.norm.column_scale = columns + p * height / tile_rows * cols;
        part.norm.first_row = (uint32_t)(p * height % tile_rows);
      }
      round_on_device(part, b.scratch, on.stream);
      const size_t code_bytes = padded((size_t)packed_bytes(n * cols, bits));
      const size_t group_bytes = padded((size_t)(n * groups) * sizeof(float));
      unsigned char *out = on.pinned_out(code_bytes + 2 * group_bytes);
      download<uint8_t>(out, b.codes, packed_bytes(n * cols, bits), on.stream);
      download<float>(out + code_bytes, b.scale, n * groups, on.stream);
      if (zero) download<float>(out + code_bytes + group_bytes, b.zero, n * groups, on.stream);
    };
    const auto end = [&](int64_t p, Lane &on) {
      const int64_t n = height_of(p);
      const size_t bytes = (size_t)packed_bytes(n * cols, bits);
      const size_t group_bytes = (size_t)(n * groups) * sizeof(float);
      const unsigned char *out = on.pinned_out(0);
      copy_rows(codes + packed_bytes(p * height * cols, bits), bytes, out, bytes, bytes, 1);
      memcpy(scale + p * height * groups, out + padded(bytes), group_bytes);
      if (zero) memcpy(zero + p * height * groups, out + padded(bytes) + padded(group_bytes), group_bytes);
    };
    in_turns(pieces, begin, end);
    return bad.status(bad_index);
  });
}

int32_t kernels_round(const float *weight, int64_t rows, int64_t cols, int32_t scheme, int32_t bits, int64_t group,
                      const float *thresholds, int32_t threshold_count, double zero_limit, const float *row_scale,
                      const float *column_scale, int64_t tile_rows, int64_t tile_cols, uint8_t *codes, float *scale,
                      float *zero, int64_t *bad_index, int32_t) {
  return kernels_cuda_round(weight, kernels::F32, rows, cols, scheme, bits, group, thresholds, threshold_count, zero_limit,
                            row_scale, column_scale, tile_rows, tile_cols, codes, scale, zero, bad_index);
}
