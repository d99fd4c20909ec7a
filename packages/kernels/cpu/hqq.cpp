// Half-quadratic quantization: src/reference/hqq.ts says what, this file how fast.
#include "kernels.h"
#include "numeric.h"
#include "pack.h"
#include "simd.h"
#include "threads.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace kernels {
namespace {

constexpr float SPREAD_MIN = 1e-4f;
constexpr float RECIPROCAL_MAX = 2e4f;
constexpr float COARSE_STEPS = 2048;

struct Options {
  int64_t group;
  float top;
  int32_t iterations;
  bool round_zero;
  float exponent;
  float inverse_beta;
  float shrink_from;
  double zero_limit;
};

struct Step {
  float zero;
  double error;
};

// x ~ (code - zero) / reciprocal for every group of a tile or matrix, `count` groups of n values `stride` apart.
struct Groups {
  const float *x = nullptr;
  int64_t stride = 0;
  int64_t count = 0;
  Buffer<float> reciprocal, zero, best_zero;
  Buffer<double> error;
  // A step that leaves a group's zero as it was leaves everything as it was, this and every step after.
  Buffer<uint8_t> settled;

  bool reserve(int64_t most) {
    reciprocal = allocate<float>(most);
    zero = allocate<float>(most);
    best_zero = allocate<float>(most);
    error = allocate<double>(most);
    settled = allocate<uint8_t>(most);
    return reciprocal && zero && best_zero && error && settled;
  }
};

KERNELS_INLINE f32x8 code8(f32x8 product, f32x8 zero, f32x8 top) {
  const f32x8 rounder = splat8(ROUNDER);
  return (clamp8(product + zero, f32x8{}, top) + rounder) - rounder;
}

KERNELS_INLINE float code1(float product, float zero, float top) {
  return (clamp(product + zero, 0, top) + ROUNDER) - ROUNDER;
}

// The order of orderedSum in the reference.
float ordered_sum(const float *values, int64_t n) {
  f32x8 lanes[4] = {};
  const int64_t vectors = n / 8;
  const int64_t whole = vectors / 4 * 4;
  int64_t v = 0;
  for (; v < whole; v += 4)
    for (int k = 0; k < 4; k++) lanes[k] += load8(values + (v + k) * 8);
  for (; v < vectors; v++) lanes[0] += load8(values + v * 8);
  for (int k = 1; k < 4; k++) lanes[0] += lanes[k];
  float sum = 0;
  for (int64_t j = vectors * 8; j < n; j++) sum += values[j];
  for (int l = 0; l < 8; l++) sum += lanes[0][l];
  return sum;
}

KERNELS_INLINE f32x8 magnitude8(f32x8 v) { return (f32x8)((i32x8)v & 0x7fffffff); }

KERNELS_INLINE double lane_tree(f64x4 low, f64x4 high) {
  const f64x4 half = low + high;
  return (half[0] + half[2]) + (half[1] + half[3]);
}

// Replaces the terms of a group in which some |d| is large enough to be shrunk. Branchless, so that it is vectorized.
void shrunk_terms(const float *__restrict x, float reciprocal, float zero, const Options &options, float *__restrict terms) {
  const float from = options.shrink_from;
  const float exponent = options.exponent;
  const float inverse_beta = options.inverse_beta;
  const float top = options.top;
  for (int64_t j = 0; j < options.group; j++) {
    const float q = code1(x[j] * reciprocal, zero, top);
    const float d = x[j] - (q - zero) / reciprocal;
    const float a = std::fabs(d);
    const float power = exp32(exponent * log32(a > from ? a : from));
    const float left = a - inverse_beta * power;
    const float kept = a > from && left > 0 ? left : 0.0f;
    terms[j] = q - (x[j] - (d < 0 ? -kept : kept)) * reciprocal;
  }
}

// One step of a group. terms: scratch of `group` values.
Step take_step(const float *__restrict x, float reciprocal, float zero, const Options &options, float *__restrict terms) {
  const int64_t n = options.group;
  const f32x8 r = splat8(reciprocal);
  const f32x8 z = splat8(zero);
  const f32x8 top = splat8(options.top);
  f64x4 low{};
  f64x4 high{};
  f32x8 largest{};
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    const f32x8 w = load8(x + j);
    const f32x8 product = w * r;
    const f32x8 q = code8(product, z, top);
    alignas(32) float a[8];
    const f32x8 d = magnitude8(w - (q - z) / r);
    store8(a, d);
    low += widen4(a);
    high += widen4(a + 4);
    largest = d > largest ? d : largest;
    // Where nothing is shrunk, (x - 0) * r is the product.
    store8(terms + j, q - product);
  }
  float most = 0;
  for (int k = 0; k < 8; k++) most = std::max(most, largest[k]);
  for (; j < n; j++) {
    const float product = x[j] * reciprocal;
    const float q = code1(product, zero, options.top);
    const float d = std::fabs(x[j] - (q - zero) / reciprocal);
    ((j & 4) ? high : low)[j & 3] += (double)d;
    most = std::max(most, d);
    terms[j] = q - product;
  }
  if (most > options.shrink_from) shrunk_terms(x, reciprocal, zero, options, terms);
  return {ordered_sum(terms, n) / (float)n, lane_tree(low, high)};
}

void start(const float *x, const Options &options, float &reciprocal, float &zero) {
  float low = x[0];
  float high = x[0];
  for (int64_t j = 1; j < options.group; j++) {
    low = x[j] < low ? x[j] : low;
    high = x[j] > high ? x[j] : high;
  }
  const float range = high - low;
  reciprocal = range <= SPREAD_MIN ? 1 : std::min(options.top / range, RECIPROCAL_MAX);
  if (std::fabs((double)(low * reciprocal)) > options.zero_limit) reciprocal = COARSE_STEPS / std::max(-low, high);
  zero = 0.0f - low * reciprocal;
  if (options.round_zero) zero = std::nearbyint(zero);
}

void write_codes(const float *__restrict x, float reciprocal, float zero, const Options &options, uint8_t *__restrict codes) {
  for (int64_t j = 0; j < options.group; j++)
    codes[j] = (uint8_t)(int32_t)code1(x[j] * reciprocal, zero, options.top);
}

void start_groups(Groups &groups, int64_t from, int64_t to, const Options &options) {
  for (int64_t k = from; k < to; k++) {
    start(groups.x + k * groups.stride, options, groups.reciprocal[k], groups.zero[k]);
    groups.settled[k] = 0;
  }
}

// One step of groups [from, to); true when one of them moved.
bool step_groups(Groups &groups, int64_t from, int64_t to, const Options &options, float *terms) {
  bool moved = false;
  for (int64_t k = from; k < to; k++) {
    if (groups.settled[k]) continue;
    const Step step = take_step(groups.x + k * groups.stride, groups.reciprocal[k], groups.zero[k], options, terms);
    groups.settled[k] = step.zero == groups.zero[k];
    moved |= !groups.settled[k];
    groups.zero[k] = step.zero;
    groups.error[k] = step.error;
  }
  return moved;
}

float mean_error(const Groups &groups, int64_t n) {
  double sum = 0;
  for (int64_t k = 0; k < groups.count; k++) sum += groups.error[k];
  return (float)(sum / (double)(groups.count * n));
}

// Every step of a tile; its best zeros into best_zero, the codes of the last step `code_stride` apart.
void solve_tile(Groups &groups, const Options &options, float *terms, uint8_t *codes, int64_t code_stride) {
  start_groups(groups, 0, groups.count, options);
  std::fill_n(groups.best_zero.get(), groups.count, 0.0f);
  float best = std::numeric_limits<float>::infinity();
  for (int32_t i = 0; i < options.iterations; i++) {
    if (i == options.iterations - 1)
      for (int64_t k = 0; k < groups.count; k++)
        write_codes(groups.x + k * groups.stride, groups.reciprocal[k], groups.zero[k], options, codes + k * code_stride);
    step_groups(groups, 0, groups.count, options, terms);
    const float error = mean_error(groups, options.group);
    if (error < best) {
      best = error;
      std::copy_n(groups.zero.get(), groups.count, groups.best_zero.get());
    }
  }
}

bool finite(const float *x, int64_t n) {
  uint32_t largest = 0;
  for (int64_t j = 0; j < n; j++) {
    uint32_t word;
    std::memcpy(&word, x + j, sizeof word);
    word &= 0x7fffffff;
    largest = word > largest ? word : largest;
  }
  return largest < 0x7f800000;
}

// Smallest flat index of a NaN or infinity, or -1.
int64_t first_bad(const float *weight, int64_t rows, int64_t cols, int32_t threads) {
  std::atomic<int64_t> bad{std::numeric_limits<int64_t>::max()};
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t i = 0; i < rows; i++) {
    if (finite(weight + i * cols, cols)) continue;
    int64_t j = 0;
    while (finite(weight + i * cols + j, 1)) j++;
    keep_smallest(bad, i * cols + j);
  }
  return bad == std::numeric_limits<int64_t>::max() ? -1 : bad.load();
}

struct Normalization {
  const float *row_scale;
  const float *column_scale;
  int64_t tile_rows;
  int64_t tile_cols;

  float row(int64_t i, int64_t j, int64_t cols) const {
    return row_scale ? row_scale[i * (cols / tile_cols) + j / tile_cols] : 1;
  }

  void read(const float *weight, int64_t i, int64_t j, int64_t cols, int64_t n, float *x) const {
    const float *from = weight + i * cols + j;
    if (!row_scale) {
      std::copy_n(from, n, x);
      return;
    }
    const float *columns = column_scale + i / tile_rows * cols + j;
    const float r = row(i, j, cols);
    for (int64_t k = 0; k < n; k++) x[k] = from[k] / columns[k] / r;
  }
};

// All groups of the matrix together, each step shared out; codes follow the last zeros.
bool solve_matrix(Groups &groups, const Options &options, int32_t threads, uint8_t *codes) {
  constexpr int64_t PIECE = 256;
  const int64_t pieces = (groups.count + PIECE - 1) / PIECE;
  const auto scratch = allocate<float>((int64_t)threads * (options.group + 16));
  if (!scratch) return false;
  const auto each = [&](auto run) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4)
    for (int64_t p = 0; p < pieces; p++) run(p * PIECE, std::min(groups.count, (p + 1) * PIECE));
  };
  const auto terms = [&] {
#ifdef _OPENMP
    return scratch.get() + omp_get_thread_num() * (options.group + 16);
#else
    return scratch.get();
#endif
  };
  each([&](int64_t from, int64_t to) { start_groups(groups, from, to, options); });
  float best = std::numeric_limits<float>::infinity();
  for (int32_t i = 0; i < options.iterations; i++) {
    each([&](int64_t from, int64_t to) { step_groups(groups, from, to, options, terms()); });
    const float error = mean_error(groups, options.group);
    if (!(error < best)) break;
    best = error;
  }
  each([&](int64_t from, int64_t to) {
    for (int64_t k = from; k < to; k++)
      write_codes(groups.x + k * options.group, groups.reciprocal[k], groups.zero[k], options, codes + k * options.group);
  });
  return true;
}

// Tile by tile, each by one thread, in a copy that lies together.
bool solve_tiles(const float *weight, int64_t rows, int64_t cols, int64_t tile_rows, const Normalization &norm,
                 const Options &options, int32_t threads, uint8_t *codes, float *scale, float *zero) {
  const int64_t n = options.group;
  const int64_t across = cols / n;
  const int64_t tiles = (rows + tile_rows - 1) / tile_rows * across;
  const int64_t most = std::min(rows, tile_rows);
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    Groups groups;
    const auto x = allocate<float>(most * n);
    const auto terms = allocate<float>(n);
    if (!groups.reserve(most) || !x || !terms) out_of_memory = true;
#pragma omp for schedule(dynamic, 1)
    for (int64_t t = 0; t < tiles; t++) {
      if (out_of_memory) continue;
      const int64_t top = t / across * tile_rows;
      const int64_t left = t % across * n;
      groups.x = x.get();
      groups.stride = n;
      groups.count = std::min(tile_rows, rows - top);
      for (int64_t i = 0; i < groups.count; i++) norm.read(weight, top + i, left, cols, n, &x[i * n]);
      solve_tile(groups, options, terms.get(), codes + top * cols + left, cols);
      for (int64_t i = 0; i < groups.count; i++) {
        const int64_t at = (top + i) * across + left / n;
        scale[at] = 1.0f / groups.reciprocal[i] * norm.row(top + i, left, cols);
        zero[at] = groups.best_zero[i];
      }
    }
  }
  return !out_of_memory;
}

} // namespace
} // namespace kernels

int32_t kernels_hqq(const float *weight, int64_t rows, int64_t cols, int32_t bits, int64_t group, int32_t iterations,
                    float exponent, float inverse_beta, float shrink_from, int32_t round_zero, double zero_limit,
                    int64_t error_rows, const float *row_scale, const float *column_scale, int64_t tile_rows,
                    int64_t tile_cols, uint8_t *codes, float *scale, float *zero, int64_t *bad_index, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
  const Options options{group,        (float)((1 << bits) - 1), iterations,  round_zero != 0, exponent,
                        inverse_beta, shrink_from,              zero_limit};
  *bad_index = first_bad(weight, rows, cols, threads);
  if (*bad_index >= 0) return KERNELS_NON_FINITE;
  const Normalization norm{row_scale, column_scale, tile_rows, tile_cols};
  const auto bytes = allocate<uint8_t>(rows * cols);
  if (!bytes) return KERNELS_OUT_OF_MEMORY;
  if (error_rows > 0) {
    if (!solve_tiles(weight, rows, cols, error_rows, norm, options, threads, bytes.get(), scale, zero))
      return KERNELS_OUT_OF_MEMORY;
  } else {
    Groups groups;
    Buffer<float> normalized;
    groups.x = weight;
    groups.stride = group;
    groups.count = rows * cols / group;
    if (!groups.reserve(groups.count)) return KERNELS_OUT_OF_MEMORY;
    if (row_scale) {
      normalized = allocate<float>(rows * cols);
      if (!normalized) return KERNELS_OUT_OF_MEMORY;
      groups.x = normalized.get();
#pragma omp parallel for num_threads(threads) schedule(static)
      for (int64_t k = 0; k < groups.count; k++) {
        const int64_t i = k * group / cols;
        norm.read(weight, i, k * group % cols, cols, group, &normalized[k * group]);
      }
    }
    if (!solve_matrix(groups, options, threads, bytes.get())) return KERNELS_OUT_OF_MEMORY;
    for (int64_t k = 0; k < groups.count; k++) {
      scale[k] = 1.0f / groups.reciprocal[k] * norm.row(k * group / cols, k * group % cols, cols);
      zero[k] = groups.zero[k];
    }
  }
  return kernels_pack(bytes.get(), rows * cols, bits, codes, threads);
}
