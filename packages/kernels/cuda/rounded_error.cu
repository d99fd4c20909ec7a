// The searches' errors from host memory: of an approximation that is given, or of the rounded weight, which never leaves the device.
// Some outputs at a time; the inputs stay.
#include "dequantize.h"
#include "output_error.h"
#include "pieces.h"
#include "round.h"

#include <vector>

namespace kernels {
namespace {

struct Rounding {
  int32_t scheme, bits;
  int64_t group;
  const float *levels, *thresholds;
  int32_t threshold_count;
  double zero_limit;
  const float *row_scale, *column_scale;
  int64_t tile_rows, tile_cols;
};

struct ErrorBuffers {
  ErrorBuffers(int64_t outputs, int64_t tokens, int64_t cols, const Rounding *r, int64_t scratch_bytes)
      : weight(outputs * cols), approximation(outputs * cols), scale(r ? outputs * cols / r->group : 0),
        zero(r ? outputs * cols / r->group : 0), row_scale(r && r->row_scale ? outputs * (cols / r->tile_cols) : 0),
        codes(r ? packed_bytes(outputs * cols, r->bits) : 0), scratch(scratch_bytes), sizes(outputs * tokens), sums(outputs) {}
  Device<float> weight, approximation, scale, zero, row_scale;
  Device<uint8_t> codes, scratch;
  Device<double> sizes, sums;
};

bool has_group_zeros(int32_t scheme) { return scheme == KERNELS_ASYMMETRIC || scheme == KERNELS_CODEBOOK_SHIFT; }

// approximation or rounding is given.
int32_t mean_error(const float *x, int64_t tokens, const float *weight, const float *approximation, const Rounding *r,
                   int64_t outputs, int64_t cols, int32_t squares, double *mean, int64_t *bad_index) {
  const int64_t unit = aligned_rows(cols);
  if (unit * cols > MOST) return KERNELS_BAD_ARGUMENT;
  return guarded(PIECE, unit * cols, [&](int64_t piece) -> int32_t {
    const int64_t height = piece_rows(outputs, cols, unit, piece);
    const int64_t pieces = (outputs + height - 1) / height;
    const int64_t across = r && r->row_scale ? cols / r->tile_cols : 0;
    BadIndex bad(lane(0).stream);
    const Constant<float> inputs(x, tokens * cols);
    const bool normalized = r && r->row_scale;
    const Constant<float> columns(normalized ? r->column_scale : nullptr,
                                  normalized ? (outputs + r->tile_rows - 1) / r->tile_rows * cols : 0);
    const Constant<float> thresholds(r ? r->thresholds : nullptr, r ? r->threshold_count : 0);
    float padded_table[256];
    const bool levels = r && r->levels;
    if (levels) padded_levels(r->levels, r->threshold_count + 1, padded_table);
    const Constant<float> table(levels ? padded_table : nullptr, 256);
    const float one_zero = r && r->scheme == KERNELS_SYMMETRIC ? (float)((1 << (r->bits - 1)) - 1) : 0.0f;
    const Constant<float> constant_zero(&one_zero, 1);
    RoundJob round = {};
    if (r) {
      round.type = F32;
      round.rows = (uint32_t)height;
      round.cols = (uint32_t)cols;
      round.scheme = r->scheme;
      round.bits = r->bits;
      round.group = (uint32_t)r->group;
      round.thresholds = thresholds;
      round.threshold_count = r->threshold_count;
      round.zero_limit = r->zero_limit;
      round.bad = bad;
    }
    const int64_t scratch = r ? round_scratch(round) : 0;
    ErrorBuffers first(height, tokens, cols, r, scratch);
    const bool two = pieces > 1;
    ErrorBuffers second(two ? height : 0, tokens, cols, r, two ? scratch : 0);
    std::vector<double> sums((size_t)outputs);
    const auto begin = [&](int64_t p, Lane &on) {
      const int64_t n = std::min(height, outputs - p * height);
      const int64_t from = p * height;
      ErrorBuffers &b = p & 1 ? second : first;
      const size_t bytes = (size_t)(n * cols) * sizeof(float);
      unsigned char *in = on.pinned_in(2 * padded(bytes));
      copy_rows(in, bytes, weight + from * cols, bytes, bytes, 1);
      upload<float>(b.weight, in, n * cols, on.stream);
      if (r) {
        RoundJob part = round;
        part.rows = (uint32_t)n;
        part.first = from * cols;
        part.weight = static_cast<float *>(b.weight);
        part.codes = b.codes;
        part.scale = b.scale;
        part.zero = has_group_zeros(r->scheme) ? static_cast<float *>(b.zero) : nullptr;
        DequantizeJob decode = {};
        if (normalized) {
          const size_t scale_bytes = (size_t)(n * across) * sizeof(float);
          memcpy(in + padded(bytes), r->row_scale + from * across, scale_bytes);
          upload<float>(b.row_scale, in + padded(bytes), n * across, on.stream);
          part.norm = {b.row_scale, columns + from / r->tile_rows * cols, (uint32_t)r->tile_rows, (uint32_t)r->tile_cols,
                       (uint32_t)across, (uint32_t)(from % r->tile_rows)};
          decode.column_scale = part.norm.column_scale;
          decode.column_scale_rows = (uint32_t)r->tile_rows;
          decode.first_row = part.norm.first_row;
        }
        round_on_device(part, b.scratch, on.stream);
        decode.codes = b.codes;
        decode.rows = (uint32_t)n;
        decode.cols = (uint32_t)cols;
        decode.bits = r->bits;
        decode.group = (uint32_t)r->group;
        decode.scale = b.scale;
        decode.one_zero = !has_group_zeros(r->scheme);
        decode.zero = decode.one_zero ? static_cast<const float *>(constant_zero) : static_cast<const float *>(b.zero);
        decode.levels = table;
        decode.out = b.approximation;
        dequantize_on_device(decode, on.stream);
      } else {
        copy_rows(in + padded(bytes), bytes, approximation + from * cols, bytes, bytes, 1);
        upload<float>(b.approximation, in + padded(bytes), n * cols, on.stream);
      }
      output_error_on_device({inputs, b.weight, b.approximation, (uint32_t)tokens, (uint32_t)n, (uint32_t)cols, squares, b.sizes,
                              b.sums},
                             on.stream);
      download<double>(on.pinned_out((size_t)n * sizeof(double)), b.sums, n, on.stream);
    };
    const auto end = [&](int64_t p, Lane &on) {
      const int64_t n = std::min(height, outputs - p * height);
      memcpy(sums.data() + p * height, on.pinned_out(0), (size_t)n * sizeof(double));
    };
    in_turns(pieces, begin, end);
    double total = 0;
    for (const double sum : sums) total += sum;
    *mean = total / ((double)tokens * (double)outputs);
    return bad.status(bad_index);
  });
}

} // namespace
} // namespace kernels

int32_t kernels_output_error(const float *x, int64_t tokens, const float *weight, const float *approximation, int64_t outputs,
                             int64_t cols, int32_t squares, double *mean, int32_t) {
  int64_t bad = -1;
  return kernels::mean_error(x, tokens, weight, approximation, nullptr, outputs, cols, squares, mean, &bad);
}

int32_t kernels_rounded_error(const float *x, int64_t tokens, const float *weight, int64_t outputs, int64_t cols, int32_t scheme,
                              int32_t bits, int64_t group, const float *levels, const float *thresholds,
                              int32_t threshold_count, double zero_limit, const float *row_scale, const float *column_scale,
                              int64_t tile_rows, int64_t tile_cols, int32_t squares, double *mean, int64_t *bad_index, int32_t) {
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
  const kernels::Rounding rounding = {scheme,     bits,      group,        levels,    thresholds, threshold_count,
                                      zero_limit, row_scale, column_scale, tile_rows, tile_cols};
  return kernels::mean_error(x, tokens, weight, nullptr, &rounding, outputs, cols, squares, mean, bad_index);
}
