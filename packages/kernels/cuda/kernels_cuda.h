/*
 * What the CUDA library has beyond include/kernels.h, whose functions it exports with the same meaning: kernels_sinkhorn,
 * kernels_round, kernels_hqq, kernels_dequantize, kernels_hadamard, kernels_output_error and kernels_rounded_error, from host memory
 * to host memory; `threads` is ignored.
 *
 * Calls are serialized. A status of KERNELS_DEVICE_FAILED, or KERNELS_OUT_OF_MEMORY where no smaller piece was possible, has
 * its words in kernels_cuda_error().
 */
#ifndef SINQBENCH_KERNELS_CUDA_H
#define SINQBENCH_KERNELS_CUDA_H

#include "../include/kernels.h"

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* Raised when a signature below changes. */
#define KERNELS_CUDA_ABI 1

enum KernelCudaStatus { KERNELS_DEVICE_FAILED = 16 };

/* Types of matrix elements. */
enum KernelType { KERNELS_F32 = 0, KERNELS_F16 = 1, KERNELS_BF16 = 2 };

int32_t kernels_cuda_abi(void);

/* The call that failed last and why. */
const char *kernels_cuda_error(void);

/* Name, multiprocessors and compute capability of the device in use, for people; null and kernels_cuda_error() without one. */
const char *kernels_cuda_device(void);

/*
 * For tests and benchmarks. version: 0 picks the fastest form of every kernel that its arguments allow and that gives the bits
 * of the reference, 1 the plain one, 3 the same as 0 with normalization in single precision (cuda/sinkhorn.h). piece:
 * elements of a host transfer, 0 for the library's choice. poison: 1 fills device memory with a pattern before it is used.
 */
void kernels_cuda_settings(int32_t version, int64_t piece, int32_t poison);

/* The functions of include/kernels.h with the weight in any of the types. */
int32_t kernels_cuda_sinkhorn(const void *weight, int32_t type, int64_t rows, int64_t cols, int64_t tile_rows,
                              int64_t tile_cols, int32_t iterations, float step_min, float step_max, int32_t early_stop,
                              float *row_scale, float *column_scale, int64_t *bad_index);
int32_t kernels_cuda_round(const void *weight, int32_t type, int64_t rows, int64_t cols, int32_t scheme, int32_t bits,
                           int64_t group, const float *thresholds, int32_t threshold_count, double zero_limit,
                           const float *row_scale, const float *column_scale, int64_t tile_rows, int64_t tile_cols,
                           uint8_t *codes, float *scale, float *zero, int64_t *bad_index);
int32_t kernels_cuda_hqq(const void *weight, int32_t type, int64_t rows, int64_t cols, int32_t bits, int64_t group,
                         int32_t iterations, float exponent, float inverse_beta, float shrink_from, int32_t round_zero,
                         double zero_limit, int64_t error_rows, const float *row_scale, const float *column_scale,
                         int64_t tile_rows, int64_t tile_cols, uint8_t *codes, float *scale, float *zero,
                         int64_t *bad_index);

/*
 * kernels_sinkhorn and kernels_round of the same weight in one pass over the bus: strips of tiles are normalized while the next
 * ones are on their way, and the matrix is rounded where it is.
 */
int32_t kernels_cuda_sinkhorn_round(const void *weight, int32_t type, int64_t rows, int64_t cols, int64_t tile_rows,
                                    int64_t tile_cols, int32_t iterations, float step_min, float step_max,
                                    int32_t early_stop, int32_t scheme, int32_t bits, int64_t group,
                                    const float *thresholds, int32_t threshold_count, double zero_limit, float *row_scale,
                                    float *column_scale, uint8_t *codes, float *scale, float *zero, int64_t *bad_index);

/*
 * y[tokens, rows] = (x * input_scale) ((q - zero) * scale)^T in float32, for 4-bit codes and x[tokens, cols] of `type`;
 * input_scale[cols] may be null. group: a multiple of 8 that divides cols.
 */
int32_t kernels_cuda_product(const uint8_t *codes, int64_t rows, int64_t cols, int64_t group, const float *scale,
                             const float *zero, const float *input_scale, const void *x, int32_t type, int64_t tokens,
                             float *y);

/*
 * Median milliseconds of `repeats` runs on data that lies on the device, by events; random values of `type`, in as many sets as
 * exceed the cache. step: see KernelCudaStep. parameter: 1 asks for no early stop of the normalization, tokens for the products
 * and the search. *bytes: what the step must read and write.
 */
enum KernelCudaStep {
  KERNELS_STEP_COPY = 0,
  KERNELS_STEP_ROUND = 1,
  KERNELS_STEP_NF4 = 2,
  KERNELS_STEP_DEQUANTIZE = 3,
  KERNELS_STEP_SINKHORN = 4,
  KERNELS_STEP_ROUND_NORMALIZED = 5,
  KERNELS_STEP_HQQ = 6,
  KERNELS_STEP_HADAMARD = 7,
  KERNELS_STEP_SEARCH = 8,
  KERNELS_STEP_PRODUCT = 9,
  KERNELS_STEP_PRODUCT_SCALED = 10,
  /* Nothing but float32 multiply-adds; *bytes is how many. */
  KERNELS_STEP_MULTIPLY_ADD = 11,
};
int32_t kernels_cuda_bench(int32_t step, int64_t rows, int64_t cols, int32_t type, int64_t parameter, int32_t repeats,
                           double *milliseconds, double *bytes);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
