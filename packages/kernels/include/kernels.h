/*
 * The one C ABI of the numeric kernels: plain pointers, sizes and codes, no ownership passed.
 *
 * Matrices are row-major. Every function returns a KernelStatus and writes nothing but its outputs. Callers check shapes:
 * the functions trust that every array has the stated number of elements. `threads` is how many threads to use; results
 * are the same bits for any number. What each kernel computes is said beside its TypeScript reference in src/reference.
 */
#ifndef SINQBENCH_KERNELS_H
#define SINQBENCH_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Libraries are built with hidden symbols: only what this header declares is public. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* Raised when a signature below changes. */
#define KERNELS_ABI 5

enum KernelStatus {
  KERNELS_OK = 0,
  /* A weight is NaN or infinite: *bad_index is the smallest such flat index. */
  KERNELS_NON_FINITE = 1,
  KERNELS_OUT_OF_MEMORY = 2,
  KERNELS_BAD_ARGUMENT = 3,
};

enum KernelScheme {
  KERNELS_ASYMMETRIC = 0,
  KERNELS_SYMMETRIC = 1,
  KERNELS_CODEBOOK_SHIFT = 2,
  KERNELS_CODEBOOK_ABSMAX = 3,
};

int32_t kernels_abi(void);

/* Instruction set the library was compiled for, for people: "AVX-512", "AVX2", "SSE2", "NEON" or "portable". */
const char *kernels_instruction_set(void);

/* 1 where `threads` has an effect, 0 in a build without OpenMP. */
int32_t kernels_threaded(void);

/* weight[rows, cols] -> row_scale[rows, cols / tile_cols], column_scale[ceil(rows / tile_rows), cols]. */
int32_t kernels_sinkhorn(const float *weight, int64_t rows, int64_t cols, int64_t tile_rows, int64_t tile_cols,
                         int32_t iterations, float step_min, float step_max, int32_t early_stop, float *row_scale,
                         float *column_scale, int64_t *bad_index, int32_t threads);

/*
 * weight[rows, cols] -> codes (packed, zeroed by the callee), scale[rows, cols / group], zero likewise (null if there is one for all).
 * thresholds[threshold_count]: between neighbouring levels, only for the codebook schemes.
 * row_scale, column_scale: Sinkhorn scales to divide by, both or neither (null).
 */
int32_t kernels_round(const float *weight, int64_t rows, int64_t cols, int32_t scheme, int32_t bits, int64_t group,
                      const float *thresholds, int32_t threshold_count, double zero_limit, const float *row_scale,
                      const float *column_scale, int64_t tile_rows, int64_t tile_cols, uint8_t *codes, float *scale,
                      float *zero, int64_t *bad_index, int32_t threads);

/*
 * weight[rows, cols] -> codes, scale, zero as kernels_round. exponent is p - 1; error_rows is the height of the tiles, one
 * group wide, whose best step counts, or 0 where all groups stop together.
 */
int32_t kernels_hqq(const float *weight, int64_t rows, int64_t cols, int32_t bits, int64_t group, int32_t iterations,
                    float exponent, float inverse_beta, float shrink_from, int32_t round_zero, double zero_limit,
                    int64_t error_rows, const float *row_scale, const float *column_scale, int64_t tile_rows,
                    int64_t tile_cols, uint8_t *codes, float *scale, float *zero, int64_t *bad_index, int32_t threads);

/* ((levels[code] or code) - zero) * scale * column_scale -> out[rows, cols]. zero_count is 1 or rows * cols / group. */
int32_t kernels_dequantize(const uint8_t *codes, int64_t rows, int64_t cols, int32_t bits, int64_t group,
                           const float *scale, const float *zero, int64_t zero_count, const float *levels,
                           int32_t level_count, const float *column_scale, int64_t column_scale_rows, float *out,
                           int32_t threads);

/*
 * y[tokens, rows] = (x * input_scale) W^T, where x is [tokens, cols] and W[rows, cols] = ((levels[code] or code) - zero) * scale as
 * kernels_dequantize decodes it. input_scale[cols] may be null.
 */
int32_t kernels_product(const float *x, int64_t tokens, const uint8_t *codes, int64_t rows, int64_t cols, int32_t bits,
                        int64_t group, const float *scale, const float *zero, int64_t zero_count, const float *levels,
                        int32_t level_count, const float *input_scale, float *y, int32_t threads);

/* x[rows, cols] times the normalized Hadamard matrix in blocks of `block` columns, a power of two -> out, which may be x. */
int32_t kernels_hadamard(const float *x, int64_t rows, int64_t cols, int64_t block, float *out, int32_t threads);

/* Mean size of (weight - approximation)[outputs, cols] times x[tokens, cols]^T: of its magnitudes, or of its squares -> *mean. */
int32_t kernels_output_error(const float *x, int64_t tokens, const float *weight, const float *approximation,
                             int64_t outputs, int64_t cols, int32_t squares, double *mean, int32_t threads);

/*
 * The same for an approximation that is weight[outputs, cols] rounded as by kernels_round and decoded as by kernels_dequantize
 * with that column scale. levels[threshold_count + 1]: what the codes stand for, only for the codebook schemes.
 */
int32_t kernels_rounded_error(const float *x, int64_t tokens, const float *weight, int64_t outputs, int64_t cols,
                              int32_t scheme, int32_t bits, int64_t group, const float *levels, const float *thresholds,
                              int32_t threshold_count, double zero_limit, const float *row_scale,
                              const float *column_scale, int64_t tile_rows, int64_t tile_cols, int32_t squares,
                              double *mean, int64_t *bad_index, int32_t threads);

/*
 * x[tokens, cols], weight[outputs, cols] -> limits[outputs, cols / group]: of max|w| (1 - i / steps) for i below `candidates`, that with
 * the smallest squared error of the group's share of the outputs after rounding.
 */
int32_t kernels_clip_search(const float *x, int64_t tokens, const float *weight, int64_t outputs, int64_t cols, int32_t bits,
                            int64_t group, int32_t steps, int32_t candidates, float *limits, int64_t *bad_index,
                            int32_t threads);

/*
 * h[n, n], symmetric, of which the upper triangle counts -> upper triangular U in the same place with h^-1 = U^T U. *definite is
 * 0 where h is not positive definite, and h is then of no use. The lower triangle is left alone.
 */
int32_t kernels_inverse_cholesky(double *h, int64_t n, int32_t *definite, int32_t threads);

/*
 * weight[rows, cols] -> codes (packed), scale and zero[rows, cols / group], by GPTQ. order[cols]: the column that is rounded as
 * number p, unused[cols]: 1 where its weights count as 0, upper[cols, cols]: U of kernels_inverse_cholesky, all in that order, as
 * are codes and groups. Errors are spread after every `block` columns.
 */
int32_t kernels_gptq(const float *weight, int64_t rows, int64_t cols, const int32_t *order, const uint8_t *unused,
                     const double *upper, int32_t bits, int64_t group, int64_t block, uint8_t *codes, float *scale,
                     float *zero, int64_t *bad_index, int32_t threads);

/* codes[count], one a byte -> packed. */
int32_t kernels_pack(const uint8_t *codes, int64_t count, int32_t bits, uint8_t *packed, int32_t threads);

/* packed -> codes[count]. */
int32_t kernels_unpack(const uint8_t *packed, int64_t count, int32_t bits, uint8_t *codes, int32_t threads);

/* Copies bytes with the same threads: the memory bandwidth that the benchmark prints beside the kernels. */
int32_t kernels_copy(const float *from, float *to, int64_t count, int32_t threads);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
