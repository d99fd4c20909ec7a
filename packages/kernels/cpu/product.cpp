// Products of inputs with a stored matrix: src/reference/product.ts says what is summed in which order.
//
// Few tokens: the codes of four rows at a time go from memory into registers, become weights there and are multiplied at once.
// Many tokens, and codes that do not lie in whole runs: the weights of a few rows are decoded once, in the order of the sums, and
// multiplied with all tokens tile by tile. The second scale multiplies each input once, when inputs are put in that order.
#include "fma.h"
#include "kernels.h"
#include "pack.h"
#include "threads.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kernels {
namespace {

// Part of the definition: the sums of an output, and the neighbouring columns that one of them takes at a time.
constexpr int SUMS = 16;
constexpr int STEPS = 4;
constexpr int64_t RUN = SUMS * STEPS;

constexpr int PARTS = SUMS / LANES;
// Whether the sixteen weights that a group can have fit one register.
constexpr bool TABLES = LANES == 16;

// Tokens up to which codes are decoded in registers, and the rows that are then worked on side by side.
constexpr int FEW = 4;
constexpr int FEW_ROWS = 4;
// Outputs whose sums are kept in registers where tokens are many.
#if defined(__AVX512F__) && defined(__AVX512VL__)
constexpr int TILE_TOKENS = 4;
constexpr int TILE_OUTPUTS = 6;
#elif defined(__ARM_NEON) && defined(__aarch64__)
constexpr int TILE_TOKENS = 4;
constexpr int TILE_OUTPUTS = 6;
#else
constexpr int TILE_TOKENS = 3;
constexpr int TILE_OUTPUTS = 4;
#endif

typedef float f32x4 __attribute__((vector_size(16)));
typedef uint16_t u16xl __attribute__((vector_size(2 * LANES)));
typedef uint32_t u32xl __attribute__((vector_size(4 * LANES)));
typedef int32_t i32xl __attribute__((vector_size(4 * LANES)));

struct Job {
  const uint8_t *codes;
  int64_t rows, cols;
  int32_t bits;
  int64_t group;
  const float *scale;
  const float *zero;
  int64_t zero_count;
  // Values of all codes below 2^bits.
  const float *values;
  bool codebook;

  int64_t runs() const { return (cols + RUN - 1) / RUN; }
  int64_t groups() const { return cols / group; }
  float zero_of(int64_t at) const { return zero_count == 1 ? zero[0] : zero[at]; }
  // Every run is one group's, and four codes lie in two bytes.
  bool by_words() const {
    return bits == 4 && group % RUN == 0 && (TABLES || !codebook) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
  }
};

// The 4-bit codes of a run, four of each sum in 16 bits, and what makes them weights.
struct Words {
  u32xl codes[PARTS];
  // With TABLES the weight of every code, and nothing else.
  f32xl table, scale, zero;

  void load(const uint8_t *from) {
    for (int p = 0; p < PARTS; p++) {
      u16xl four;
      std::memcpy(&four, from + 2 * p * LANES, sizeof four);
#if defined(__AVX512F__) && defined(__AVX512VL__)
      codes[p] = (u32xl)_mm512_cvtepu16_epi32((__m256i)four);
#else
      codes[p] = __builtin_convertvector(four, u32xl);
#endif
    }
  }

  void set_group(const Job &job, float s, float z) {
    if (TABLES) {
      table = (load_lanes(job.values) - splat_lanes(z)) * splat_lanes(s);
    } else {
      scale = splat_lanes(s);
      zero = splat_lanes(z);
    }
  }

  // Weights of column `step` of every four.
  f32xl weights(int part, int step) const {
    const u32xl shifted = codes[part] >> (4 * step);
    // A shuffle looks at no more than the low four bits.
    if (TABLES) return __builtin_shuffle(table, (i32xl)shifted);
    return (__builtin_convertvector((i32xl)(shifted & 15), f32xl) - zero) * scale;
  }
};

// As the definition folds them: eight, four, two, one.
KERNELS_INLINE float fold(const float *sums) {
  const f32x8 eight = load8(sums) + load8(sums + 8);
  const f32x4 four = f32x4{eight[0], eight[1], eight[2], eight[3]} + f32x4{eight[4], eight[5], eight[6], eight[7]};
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// Columns of a row in the order of the sums: step by step of every run, its sums next to each other. Zeros fill the last run.
void arrange(const float *__restrict x, const float *__restrict factor, int64_t cols, float *__restrict out) {
  int64_t from = 0;
  for (; from + RUN <= cols; from += RUN) {
    float scaled[RUN];
    for (int j = 0; j < RUN; j++) scaled[j] = factor ? x[from + j] * factor[from + j] : x[from + j];
    for (int k = 0; k < STEPS; k++)
      for (int l = 0; l < SUMS; l++) out[from + k * SUMS + l] = scaled[l * STEPS + k];
  }
  if (from == cols) return;
  for (int k = 0; k < STEPS; k++) {
    for (int l = 0; l < SUMS; l++) {
      const int64_t j = from + l * STEPS + k;
      out[from + k * SUMS + l] = j >= cols ? 0 : factor ? x[j] * factor[j] : x[j];
    }
  }
}

// y[TOKENS, rows] for FEW_ROWS rows from `top` on; x in the order of the sums.
template <int TOKENS> void few_tokens(const Job &job, const float *__restrict x, int64_t top, float *__restrict y) {
  const int64_t zero_step = job.zero_count == 1 ? 0 : 1;
  const int64_t runs = job.runs();
  const int64_t group_runs = job.group / RUN;
  const int64_t row_bytes = job.cols / 2;
  // Rows beyond the last are taken for it, and not kept.
  int64_t row[FEW_ROWS];
  for (int r = 0; r < FEW_ROWS; r++) row[r] = std::min(top + r, job.rows - 1);
  f32xl sum[FEW_ROWS][TOKENS][PARTS];
  for (int r = 0; r < FEW_ROWS; r++)
    for (int n = 0; n < TOKENS; n++)
      for (int p = 0; p < PARTS; p++) sum[r][n][p] = f32xl{};
  Words words[FEW_ROWS];
  for (int64_t g = 0; g < runs / group_runs; g++) {
    for (int r = 0; r < FEW_ROWS; r++) {
      const int64_t at = row[r] * job.groups() + g;
      words[r].set_group(job, job.scale[at], job.zero[at * zero_step]);
    }
    for (int64_t run = g * group_runs; run < (g + 1) * group_runs; run++) {
      for (int r = 0; r < FEW_ROWS; r++) {
        const uint8_t *from = job.codes + row[r] * row_bytes + run * RUN / 2;
        // The rows after these: the processor foresees a row, not its neighbours'.
        if (run % 2 == 0) __builtin_prefetch(from + FEW_ROWS * row_bytes);
        words[r].load(from);
      }
      for (int p = 0; p < PARTS; p++) {
        for (int k = 0; k < STEPS; k++) {
          f32xl weight[FEW_ROWS];
          for (int r = 0; r < FEW_ROWS; r++) weight[r] = words[r].weights(p, k);
          for (int n = 0; n < TOKENS; n++) {
            const f32xl input = load_lanes(x + (n * runs + run) * RUN + k * SUMS + p * LANES);
            for (int r = 0; r < FEW_ROWS; r++) sum[r][n][p] = fma_lanes(input, weight[r], sum[r][n][p]);
          }
        }
      }
    }
  }
  alignas(64) float sums[SUMS];
  for (int r = 0; r < FEW_ROWS && top + r < job.rows; r++) {
    for (int n = 0; n < TOKENS; n++) {
      for (int p = 0; p < PARTS; p++) store_lanes(sums + p * LANES, sum[r][n][p]);
      y[n * job.rows + top + r] = fold(sums);
    }
  }
}

// Weights of a row in the order of the sums -> out[runs * RUN].
void decode_words(const Job &job, int64_t row, float *__restrict out) {
  const uint8_t *codes = job.codes + row * (job.cols / 2);
  Words words;
  for (int64_t run = 0; run < job.runs(); run++) {
    const int64_t at = row * job.groups() + run * RUN / job.group;
    if (run * RUN % job.group == 0) words.set_group(job, job.scale[at], job.zero_of(at));
    words.load(codes + run * RUN / 2);
    for (int k = 0; k < STEPS; k++)
      for (int p = 0; p < PARTS; p++)
        store_lanes(out + run * RUN + k * SUMS + p * LANES, words.weights(p, k));
  }
}

// The same for any width and group; codes[cols] are the row's, one a byte, and weights[cols] is room for it.
void decode_codes(const Job &job, const uint8_t *__restrict codes, int64_t row, float *__restrict weights, float *out) {
  for (int64_t g = 0; g < job.groups(); g++) {
    const float s = job.scale[row * job.groups() + g];
    const float z = job.zero_of(row * job.groups() + g);
    for (int64_t j = g * job.group; j < (g + 1) * job.group; j++) weights[j] = (job.values[codes[j]] - z) * s;
  }
  arrange(weights, nullptr, job.cols, out);
}

// sums[TILE_TOKENS, TILE_OUTPUTS, SUMS] of x[TILE_TOKENS, width] and weight[TILE_OUTPUTS, width], both in the order of the sums.
void add_tile(const float *__restrict x, const float *__restrict weight, int64_t width, float *__restrict sums) {
  for (int p = 0; p < PARTS; p++) {
    f32xl sum[TILE_TOKENS][TILE_OUTPUTS];
    for (int n = 0; n < TILE_TOKENS; n++)
      for (int o = 0; o < TILE_OUTPUTS; o++) sum[n][o] = f32xl{};
    for (int64_t at = p * LANES; at < width; at += SUMS) {
      f32xl own[TILE_OUTPUTS];
      for (int o = 0; o < TILE_OUTPUTS; o++) own[o] = load_lanes(weight + o * width + at);
      for (int n = 0; n < TILE_TOKENS; n++) {
        const f32xl input = load_lanes(x + n * width + at);
        for (int o = 0; o < TILE_OUTPUTS; o++) sum[n][o] = fma_lanes(input, own[o], sum[n][o]);
      }
    }
    for (int n = 0; n < TILE_TOKENS; n++)
      for (int o = 0; o < TILE_OUTPUTS; o++) store_lanes(sums + (n * TILE_OUTPUTS + o) * SUMS + p * LANES, sum[n][o]);
  }
}


bool product_by_words(const Job &job, const float *x, int64_t tokens, float *y, int32_t threads) {
  const auto kernel = tokens == 1 ? few_tokens<1> : tokens == 2 ? few_tokens<2> : tokens == 3 ? few_tokens<3> : few_tokens<4>;
  // Enough for a thread to be worth waking.
  const int64_t piece = std::max<int64_t>(1, (1 << 18) / (FEW_ROWS * job.cols)) * FEW_ROWS;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (job.rows > piece)
  for (int64_t top = 0; top < job.rows; top += piece)
    for (int64_t r = top; r < std::min(top + piece, job.rows); r += FEW_ROWS) kernel(job, x, r, y);
  return true;
}

bool product_by_tiles(const Job &job, const float *x, int64_t tokens, float *y, int32_t threads) {
  const int64_t width = job.runs() * RUN;
  // Rows that begin and end at a whole byte of codes, and fill tiles.
  const int64_t aligned = ALIGNED_CODES / std::gcd(job.cols, ALIGNED_CODES);
  const int64_t block = job.by_words() ? TILE_OUTPUTS : std::lcm(aligned, (int64_t)TILE_OUTPUTS);
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    const auto weight = allocate<float>(TILE_OUTPUTS * width);
    const auto codes = allocate<uint8_t>(job.by_words() ? 0 : block * job.cols);
    const auto row = allocate<float>(job.by_words() ? 0 : job.cols);
    alignas(64) float sums[TILE_TOKENS * TILE_OUTPUTS * SUMS];
    if (!weight || !codes || !row) out_of_memory = true;
#pragma omp for schedule(dynamic, 1)
    for (int64_t top = 0; top < job.rows; top += block) {
      if (out_of_memory) continue;
      const int64_t bottom = std::min(top + block, job.rows);
      if (!job.by_words())
        unpack_block(job.codes + packed_offset(top * job.cols, job.bits), (bottom - top) * job.cols, job.bits, codes.get());
      for (int64_t first = top; first < bottom; first += TILE_OUTPUTS) {
        const int64_t outputs = std::min<int64_t>(TILE_OUTPUTS, bottom - first);
        for (int64_t o = 0; o < outputs; o++) {
          float *out = &weight[o * width];
          if (job.by_words()) decode_words(job, first + o, out);
          else decode_codes(job, &codes[(first + o - top) * job.cols], first + o, row.get(), out);
        }
        std::fill_n(&weight[outputs * width], (TILE_OUTPUTS - outputs) * width, 0.0f);
        for (int64_t n = 0; n < tokens; n += TILE_TOKENS) {
          add_tile(x + n * width, weight.get(), width, sums);
          for (int64_t i = 0; i < std::min<int64_t>(TILE_TOKENS, tokens - n); i++)
            for (int64_t o = 0; o < outputs; o++)
              y[(n + i) * job.rows + first + o] = fold(sums + (i * TILE_OUTPUTS + o) * SUMS);
        }
      }
    }
  }
  return !out_of_memory;
}

} // namespace
} // namespace kernels

int32_t kernels_product(const float *x, int64_t tokens, const uint8_t *codes, int64_t rows, int64_t cols, int32_t bits,
                        int64_t group, const float *scale, const float *zero, int64_t zero_count, const float *levels,
                        int32_t level_count, const float *input_scale, float *y, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8 || level_count > 256) return KERNELS_BAD_ARGUMENT;
  // A damaged code beyond the codebook gives NaN and reads nothing past it.
  alignas(64) float values[256];
  for (int i = 0; i < 256; i++) values[i] = levels ? std::nanf("") : (float)i;
  if (levels) std::copy_n(levels, level_count, values);
  const Job job{codes, rows, cols, bits, group, scale, zero, zero_count, values, levels != nullptr};
  const int64_t width = job.runs() * RUN;
  const bool few = job.by_words() && tokens <= FEW;
  const int64_t all = few ? tokens : (tokens + TILE_TOKENS - 1) / TILE_TOKENS * TILE_TOKENS;
  const auto arranged = allocate<float>(all * width);
  if (!arranged) return KERNELS_OUT_OF_MEMORY;
#pragma omp parallel for num_threads(threads) schedule(static) if (tokens * cols > 1 << 16)
  for (int64_t n = 0; n < all; n++) {
    if (n < tokens) arrange(x + n * cols, input_scale, cols, &arranged[n * width]);
    else std::fill_n(&arranged[n * width], width, 0.0f);
  }
  const auto product = few ? product_by_words : product_by_tiles;
  return product(job, arranged.get(), tokens, y, threads) ? KERNELS_OK : KERNELS_OUT_OF_MEMORY;
}
