// CUDA's execution model on a processor, for tests of the kernels' logic on machines without a GPU.
//
// A block's threads are fibers, run one at a time in a fixed order until they wait. The blocks of a cluster, or of a cooperative
// grid, run together; others one after another. Streams hold their work back until somebody waits for it, so a missing wait
// shows as stale data. Memory is malloc'd to the byte and filled with a pattern, so that a sanitizer sees every access beyond
// it and a test every element that was not written. Threads that wait for each other in vain are an error.
// Only what the kernels use is here, with CUDA's names.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <type_traits>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __noinline__

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(16) float4 {
  float x, y, z, w;
};

namespace emulate {

// Of the running thread's block.
unsigned char *shared();
void *cluster_map(const void *shared, unsigned rank);

enum class Scope { warp, block, cluster };
// Waits for the other threads of the scope, which must wait at the same line.
void wait(Scope scope, int line);
// Lets others run; for loops that wait for memory to change.
void pause();
// Writes 8 bytes for the warp to see, waits for it, and reads those of another lane.
uint64_t exchange(uint64_t value, unsigned lane, int line);

template <typename T> struct Same {
  using type = T;
};

template <typename T> T shuffle(T value, unsigned lane, int line) {
  static_assert(sizeof(T) <= 8, "at most eight bytes");
  uint64_t word = 0;
  std::memcpy(&word, &value, sizeof value);
  word = exchange(word, lane, line);
  std::memcpy(&value, &word, sizeof value);
  return value;
}

} // namespace emulate

// Those of the running thread.
extern dim3 threadIdx, blockIdx, blockDim, gridDim;

#define __syncthreads() emulate::wait(emulate::Scope::block, __LINE__)
#define __syncwarp() emulate::wait(emulate::Scope::warp, __LINE__)
#define __shfl_sync(mask, value, lane) emulate::shuffle(value, (unsigned)(lane) & 31u, __LINE__)
#define __shfl_xor_sync(mask, value, bits) emulate::shuffle(value, (threadIdx.x ^ (unsigned)(bits)) & 31u, __LINE__)
#define __nanosleep(ns) emulate::pause()
inline void __threadfence() {}

inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }
template <typename T> T atomicMin(T *at, T value) {
  const T old = *at;
  if (value < old) *at = value;
  return old;
}
template <typename T> T atomicAdd(T *at, T value) {
  const T old = *at;
  *at = old + value;
  return old;
}

enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2, cudaErrorLaunchFailure = 719 };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize, cudaFuncAttributeNonPortableClusterSizeAllowed };
enum cudaDeviceAttr {
  cudaDevAttrMultiProcessorCount,
  cudaDevAttrMaxSharedMemoryPerBlockOptin,
  cudaDevAttrComputeCapabilityMajor,
  cudaDevAttrComputeCapabilityMinor,
};
enum cudaLaunchAttributeID { cudaLaunchAttributeCooperative, cudaLaunchAttributeClusterDimension };
struct cudaDeviceProp {
  char name[256];
};

namespace emulate {
struct Stream;
struct Event;
} // namespace emulate
typedef emulate::Stream *cudaStream_t;
typedef emulate::Event *cudaEvent_t;
constexpr unsigned cudaStreamNonBlocking = 1;
constexpr unsigned cudaEventDisableTiming = 2;

struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  struct {
    int cooperative;
    struct {
      unsigned x, y, z;
    } clusterDim;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute *attrs;
  unsigned numAttrs;
};

cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *prop, int device);
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device);
cudaError_t cudaGetLastError();
const char *cudaGetErrorString(cudaError_t error);
cudaError_t emulate_malloc(void **memory, size_t bytes, bool host);
cudaError_t cudaFree(void *memory);
cudaError_t cudaFreeHost(void *memory);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t from, cudaEvent_t to);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t emulate_launch(const cudaLaunchConfig_t &config, std::function<void()> body);

template <typename T> cudaError_t cudaMalloc(T **memory, size_t bytes) { return emulate_malloc((void **)memory, bytes, false); }
template <typename T> cudaError_t cudaMallocHost(T **memory, size_t bytes) {
  return emulate_malloc((void **)memory, bytes, true);
}
template <typename... P> cudaError_t cudaFuncSetAttribute(void (*)(P...), cudaFuncAttribute, int) { return cudaSuccess; }
template <typename... P> cudaError_t cudaOccupancyMaxActiveClusters(int *count, void (*)(P...), const cudaLaunchConfig_t *) {
  *count = 1;
  return cudaSuccess;
}
template <typename... P>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *count, void (*)(P...), int, size_t) {
  *count = 1;
  return cudaSuccess;
}
template <typename... P>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *config, void (*kernel)(P...), typename emulate::Same<P>::type... args) {
  return emulate_launch(*config, [=] { kernel(args...); });
}

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
extern "C" {
// For tests: bytes of device memory that there are (0: no limit), the device's generation, its shared memory for a block and its
// multiprocessors.
void emulate_device(int64_t memory, int32_t major, int32_t shared, int32_t multiprocessors);
// The most blocks that ran together since this was asked last.
int32_t emulate_together();
// Does something wrong in a kernel, by number (see faults.cpp); what the emulation says of it, or "".
const char *emulate_fault(int32_t fault);
}
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
