#include "output_error.h"
#include "fma.h"
#include "kernels.h"

#include <algorithm>
#include <cmath>

namespace kernels {
namespace {

// The inner loop keeps the sums of TOKENS x VECTORS * LANES outputs in registers.
constexpr int VECTORS = 2;
constexpr int64_t OUTPUTS = VECTORS * LANES;
#if defined(__AVX512F__) && defined(__AVX512VL__)
constexpr int TOKENS = 12;
#elif defined(__AVX2__)
constexpr int TOKENS = 6;
#elif defined(__ARM_NEON) && defined(__aarch64__)
constexpr int TOKENS = 12;
#else
constexpr int TOKENS = 4;
#endif

// Tokens whose float64 outputs of a panel are kept together; a multiple of every TOKENS.
constexpr int64_t CHUNK = 528;
static_assert(CHUNK % TOKENS == 0 && PANEL % OUTPUTS == 0, "whole tiles");

// outputs[TOKENS, PANEL] += x[n, TOKENS]^T d[n, OUTPUTS]
KERNELS_INLINE void add_tile(const float *__restrict x, const float *__restrict d, int64_t n, double *__restrict outputs) {
  f32xl sum[TOKENS][VECTORS];
  for (int t = 0; t < TOKENS; t++)
    for (int v = 0; v < VECTORS; v++) sum[t][v] = f32xl{};
  for (int64_t k = 0; k < n; k++) {
    f32xl column[VECTORS];
    for (int v = 0; v < VECTORS; v++) column[v] = load_lanes(d + k * OUTPUTS + v * LANES);
    for (int t = 0; t < TOKENS; t++) {
      const f32xl token = splat_lanes(x[k * TOKENS + t]);
      for (int v = 0; v < VECTORS; v++) sum[t][v] = fma_lanes(token, column[v], sum[t][v]);
    }
  }
  alignas(64) float part[OUTPUTS];
  for (int t = 0; t < TOKENS; t++) {
    for (int v = 0; v < VECTORS; v++) store_lanes(part + v * LANES, sum[t][v]);
    for (int64_t o = 0; o < OUTPUTS; o++) outputs[t * PANEL + o] += (double)part[o];
  }
}

// rows[8, n] with rows `stride` apart -> columns[n, 8] with columns OUTPUTS apart.
void transpose_rows(const float *__restrict rows, int64_t stride, int64_t n, float *__restrict columns) {
  int64_t k = 0;
  for (; k + 8 <= n; k += 8) {
    f32x8 a[8], b[8];
    for (int r = 0; r < 8; r++) a[r] = load8(rows + r * stride + k);
    for (int r = 0; r < 4; r++) {
      b[2 * r] = __builtin_shuffle(a[r], a[r + 4], i32x8{0, 8, 1, 9, 2, 10, 3, 11});
      b[2 * r + 1] = __builtin_shuffle(a[r], a[r + 4], i32x8{4, 12, 5, 13, 6, 14, 7, 15});
    }
    for (int r = 0; r < 4; r++) {
      a[2 * r] = __builtin_shuffle(b[r], b[r + 4], i32x8{0, 8, 1, 9, 2, 10, 3, 11});
      a[2 * r + 1] = __builtin_shuffle(b[r], b[r + 4], i32x8{4, 12, 5, 13, 6, 14, 7, 15});
    }
    for (int r = 0; r < 4; r++) {
      store8(columns + (k + 2 * r) * OUTPUTS, __builtin_shuffle(a[r], a[r + 4], i32x8{0, 8, 1, 9, 2, 10, 3, 11}));
      store8(columns + (k + 2 * r + 1) * OUTPUTS, __builtin_shuffle(a[r], a[r + 4], i32x8{4, 12, 5, 13, 6, 14, 7, 15}));
    }
  }
  for (; k < n; k++)
    for (int r = 0; r < 8; r++) columns[k * OUTPUTS + r] = rows[r * stride + k];
}

} // namespace

bool PackedInputs::pack(const float *x, int64_t tokens, int64_t cols, int64_t stride, int32_t threads) {
  tokens_ = tokens;
  cols_ = cols;
  padded_ = (tokens + TOKENS - 1) / TOKENS * TOKENS;
  values_ = allocate<float>(padded_ * cols);
  if (!values_) return false;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t first = 0; first < padded_; first += TOKENS) {
    for (int64_t from = 0; from < cols; from += COLUMN_BLOCK) {
      const int64_t n = std::min(COLUMN_BLOCK, cols - from);
      float *out = &values_[from * padded_ + first * n];
      for (int t = 0; t < TOKENS; t++) {
        const float *row = x + (first + t) * stride + from;
        for (int64_t k = 0; k < n; k++) out[k * TOKENS + t] = first + t < tokens ? row[k] : 0;
      }
    }
  }
  return true;
}

const float *PackedInputs::at(int64_t first, int64_t from) const {
  return &values_[from * padded_ + first * std::min(COLUMN_BLOCK, cols_ - from)];
}

bool PanelError::reserve(int64_t cols, int64_t tokens) {
  const int64_t whole = (tokens + TOKENS - 1) / TOKENS * TOKENS;
  difference_ = allocate<float>(PANEL * cols + 8);
  packed_ = allocate<float>(PANEL * COLUMN_BLOCK);
  outputs_ = allocate<double>(PANEL * std::min(CHUNK, whole));
  scratch_ = allocate<uint8_t>(cols + 8);
  return difference_ && packed_ && outputs_ && scratch_;
}

void PanelError::sum(const PackedInputs &x, bool squares, double *sums) {
  const int64_t cols = x.cols();
  std::fill_n(sums, PANEL, 0.0);
  for (int64_t first = 0; first < x.tokens(); first += CHUNK) {
    const int64_t last = std::min(first + CHUNK, x.tokens());
    const int64_t whole = (last - first + TOKENS - 1) / TOKENS * TOKENS;
    std::fill_n(outputs_.get(), whole * PANEL, 0.0);
    for (int64_t from = 0; from < cols; from += COLUMN_BLOCK) {
      const int64_t n = std::min(COLUMN_BLOCK, cols - from);
      for (int64_t r = 0; r < PANEL; r += 8)
        transpose_rows(&difference_[r * cols + from], cols, n, &packed_[r / OUTPUTS * OUTPUTS * n + r % OUTPUTS]);
      for (int64_t t = first; t < last; t += TOKENS)
        for (int64_t o = 0; o < PANEL; o += OUTPUTS)
          add_tile(x.at(t, from), &packed_[o * n], n, &outputs_[(t - first) * PANEL + o]);
    }
    for (int64_t t = 0; t < last - first; t++) {
      const double *row = &outputs_[t * PANEL];
      if (squares) {
        for (int64_t o = 0; o < PANEL; o++) sums[o] += row[o] * row[o];
      } else {
        for (int64_t o = 0; o < PANEL; o++) sums[o] += std::fabs(row[o]);
      }
    }
  }
}

} // namespace kernels

int32_t kernels_output_error(const float *x, int64_t tokens, const float *weight, const float *approximation,
                             int64_t outputs, int64_t cols, int32_t squares, double *mean, int32_t threads) {
  using namespace kernels;
  PackedInputs inputs;
  if (!inputs.pack(x, tokens, cols, cols, threads)) return KERNELS_OUT_OF_MEMORY;
  const auto subtract = [&](int64_t o, float *__restrict difference, uint8_t *) {
    const float *__restrict w = weight + o * cols;
    const float *__restrict a = approximation + o * cols;
    for (int64_t j = 0; j < cols; j++) difference[j] = w[j] - a[j];
  };
  return mean_error(inputs, outputs, squares, mean, threads, subtract) ? KERNELS_OK : KERNELS_OUT_OF_MEMORY;
}
