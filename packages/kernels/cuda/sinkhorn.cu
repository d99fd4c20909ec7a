// Normalization from host memory to host memory, strips of whole tiles across at a time; and with rounding after it, where the
// strips come together on the device.
#include "sinkhorn.h"
#include "pieces.h"
#include "round.h"

namespace kernels {
namespace {

// What the caller gave.
struct Matrix {
  const void *weight;
  int32_t type;
  int64_t rows, cols, tile_rows, tile_cols;
  int64_t bands() const { return (rows + tile_rows - 1) / tile_rows; }
  int64_t across() const { return cols / tile_cols; }
};

// Puts columns [left, left + width) on the device, from a row to the next `stride` elements apart.
void send_strip(const Matrix &m, int64_t left, int64_t width, void *to, int64_t stride, Lane &on) {
  const size_t size = (size_t)element_bytes(m.type);
  unsigned char *in = on.pinned_in((size_t)(m.rows * width) * size);
  copy_rows(in, width * size, static_cast<const char *>(m.weight) + left * size, m.cols * size, width * size, m.rows);
  check(cudaMemcpy2DAsync(to, stride * size, in, width * size, width * size, m.rows, cudaMemcpyHostToDevice, on.stream),
        "copying to the device");
}

// Columns of a strip of about `piece` elements.
int64_t strip_width(const Matrix &m, int64_t piece) {
  return std::min(m.cols, m.tile_cols * std::max<int64_t>(1, std::min(piece, MOST) / (m.rows * m.tile_cols)));
}

SinkhornJob job_of(const Matrix &m, int32_t iterations, float step_min, float step_max, int32_t early_stop,
                   unsigned long long *bad) {
  SinkhornJob job = {};
  job.type = m.type;
  job.rows = (uint32_t)m.rows;
  job.tile_rows = (uint32_t)std::min(m.tile_rows, m.rows);
  job.tile_cols = (uint32_t)m.tile_cols;
  job.iterations = iterations;
  job.step_min = step_min;
  job.step_max = step_max;
  job.early_stop = early_stop;
  job.matrix_cols = m.cols;
  job.bad = bad;
  return job;
}

struct StripBuffers {
  StripBuffers(const Matrix &m, int64_t width)
      : weight(m.rows * width * element_bytes(m.type)), row_scale(m.rows * (width / m.tile_cols)), column_scale(m.bands() * width),
        work(width ? m.rows : 0, width, std::min(m.tile_rows, m.rows), m.tile_cols, m.type) {}
  Device<uint8_t> weight;
  Device<float> row_scale, column_scale;
  SinkhornWorkspace work;
};

} // namespace
} // namespace kernels

int32_t kernels_cuda_sinkhorn(const void *weight, int32_t type, int64_t rows, int64_t cols, int64_t tile_rows,
                              int64_t tile_cols, int32_t iterations, float step_min, float step_max, int32_t early_stop,
                              float *row_scale, float *column_scale, int64_t *bad_index) {
  using namespace kernels;
  const Matrix m = {weight, type, rows, cols, tile_rows, tile_cols};
  if (type < F32 || type > BF16 || rows * tile_cols > MOST) return KERNELS_BAD_ARGUMENT;
  return guarded(PIECE, rows * tile_cols, [&](int64_t piece) -> int32_t {
    const int64_t width = strip_width(m, piece);
    const int64_t strips = (cols + width - 1) / width;
    BadIndex bad(lane(0).stream);
    const SinkhornJob job = job_of(m, iterations, step_min, step_max, early_stop, bad);
    StripBuffers first(m, width);
    StripBuffers second(m, strips > 1 ? width : 0);
    const auto begin = [&](int64_t p, Lane &on) {
      StripBuffers &b = p & 1 ? second : first;
      const int64_t left = p * width;
      const int64_t n = std::min(width, cols - left);
      send_strip(m, left, n, b.weight, n, on);
      SinkhornJob part = job;
      part.weight = b.weight;
      part.cols = part.stride = part.column_stride = (uint32_t)n;
      part.row_stride = (uint32_t)(n / tile_cols);
      part.row_scale = b.row_scale;
      part.column_scale = b.column_scale;
      part.first_col = left;
      b.work.run(part, on.stream);
      const int64_t row_scales = rows * (n / tile_cols);
      unsigned char *out = on.pinned_out((size_t)(row_scales + m.bands() * n) * sizeof(float));
      download<float>(out, b.row_scale, row_scales, on.stream);
      download<float>(out + row_scales * sizeof(float), b.column_scale, m.bands() * n, on.stream);
    };
    const auto end = [&](int64_t p, Lane &on) {
      const int64_t left = p * width;
      const int64_t n = std::min(width, cols - left);
      const size_t row_bytes = (size_t)(n / tile_cols) * sizeof(float);
      const unsigned char *out = on.pinned_out(0);
      copy_rows(row_scale + left / tile_cols, m.across() * sizeof(float), out, row_bytes, row_bytes, rows);
      copy_rows(column_scale + left, cols * sizeof(float), out + rows * row_bytes, n * sizeof(float), n * sizeof(float), m.bands());
    };
    in_turns(strips, begin, end);
    return bad.status(bad_index);
  });
}

int32_t kernels_sinkhorn(const float *weight, int64_t rows, int64_t cols, int64_t tile_rows, int64_t tile_cols,
                         int32_t iterations, float step_min, float step_max, int32_t early_stop, float *row_scale,
                         float *column_scale, int64_t *bad_index, int32_t) {
  return kernels_cuda_sinkhorn(weight, kernels::F32, rows, cols, tile_rows, tile_cols, iterations, step_min, step_max,
                               early_stop, row_scale, column_scale, bad_index);
}

int32_t kernels_cuda_sinkhorn_round(const void *weight, int32_t type, int64_t rows, int64_t cols, int64_t tile_rows,
                                    int64_t tile_cols, int32_t iterations, float step_min, float step_max,
                                    int32_t early_stop, int32_t scheme, int32_t bits, int64_t group,
                                    const float *thresholds, int32_t threshold_count, double zero_limit, float *row_scale,
                                    float *column_scale, uint8_t *codes, float *scale, float *zero, int64_t *bad_index) {
  using namespace kernels;
  const Matrix m = {weight, type, rows, cols, tile_rows, tile_cols};
  if (bits < 2 || bits > 8 || type < F32 || type > BF16) return KERNELS_BAD_ARGUMENT;
  // The whole matrix must be there to be rounded where it is.
  const int32_t status = rows * cols > MOST ? (int32_t)KERNELS_OUT_OF_MEMORY
                                            : guarded(PIECE, rows * tile_cols, [&](int64_t piece) -> int32_t {
    const int64_t width = strip_width(m, piece);
    const int64_t strips = (cols + width - 1) / width;
    const int64_t groups = rows * cols / group;
    BadIndex bad(lane(0).stream);
    const Constant<float> table(thresholds, threshold_count);
    RoundJob round = {};
    round.type = type;
    round.rows = (uint32_t)rows;
    round.cols = (uint32_t)cols;
    round.scheme = scheme;
    round.bits = bits;
    round.group = (uint32_t)group;
    round.thresholds = table;
    round.threshold_count = threshold_count;
    round.zero_limit = zero_limit;
    round.bad = bad;
    Device<uint8_t> all(rows * cols * element_bytes(type)), scratch(round_scratch(round)), packed(packed_bytes(rows * cols, bits));
    Device<float> row_scales(rows * m.across()), column_scales(m.bands() * cols), scales(groups), zeros(groups);
    SinkhornWorkspace works[2] = {{rows, width, job_of(m, 0, 1, 1, 0, nullptr).tile_rows, tile_cols, type},
                                  {rows, width, job_of(m, 0, 1, 1, 0, nullptr).tile_rows, tile_cols, type}};
    SinkhornJob job = job_of(m, iterations, step_min, step_max, early_stop, bad);
    job.stride = job.column_stride = (uint32_t)cols;
    job.row_stride = (uint32_t)m.across();
    in_turns(
        strips,
        [&](int64_t p, Lane &on) {
          const int64_t left = p * width;
          uint8_t *strip = all + left * element_bytes(type);
          SinkhornJob part = job;
          part.cols = (uint32_t)std::min(width, cols - left);
          send_strip(m, left, part.cols, strip, cols, on);
          part.weight = strip;
          part.row_scale = row_scales + left / tile_cols;
          part.column_scale = column_scales + left;
          part.first_col = left;
          works[p & 1].run(part, on.stream);
        },
        [](int64_t, Lane &) {});
    round.weight = all;
    round.norm = {row_scales, column_scales, job.tile_rows, (uint32_t)tile_cols, (uint32_t)m.across(), 0};
    round.codes = packed;
    round.scale = scales;
    round.zero = zero ? static_cast<float *>(zeros) : nullptr;
    Lane &on = lane(0);
    round_on_device(round, scratch, on.stream);
    const int64_t code_bytes = packed_bytes(rows * cols, bits);
    unsigned char *out = on.pinned_out((size_t)code_bytes);
    download<uint8_t>(out, packed, code_bytes, on.stream);
    check(cudaStreamSynchronize(on.stream), "waiting for the device");
    copy_rows(codes, code_bytes, out, code_bytes, code_bytes, 1);
    download<float>(row_scale, row_scales, rows * m.across(), on.stream);
    download<float>(column_scale, column_scales, m.bands() * cols, on.stream);
    download<float>(scale, scales, groups, on.stream);
    if (zero) download<float>(zero, zeros, groups, on.stream);
    return bad.status(bad_index);
  });
  if (status != KERNELS_OUT_OF_MEMORY) return status;
  // In two passes then, each in pieces.
  const int32_t normalized = kernels_cuda_sinkhorn(weight, type, rows, cols, tile_rows, tile_cols, iterations, step_min, step_max,
                                                   early_stop, row_scale, column_scale, bad_index);
  if (normalized != KERNELS_OK) return normalized;
  return kernels_cuda_round(weight, type, rows, cols, scheme, bits, group, thresholds, threshold_count, zero_limit, row_scale,
                            column_scale, tile_rows, tile_cols, codes, scale, zero, bad_index);
}
