// The host's side of every call: errors, device memory, the two streams with their pinned memory, launches.
#pragma once

#include "device.h"
#include "kernels_cuda.h"

#include <cstddef>

namespace kernels {

// Thrown by what fails on the device; the words are kept for kernels_cuda_error().
struct Failure {
  int32_t status;
};

void check(cudaError_t error, const char *call);

struct Settings {
  int32_t version = 0;
  int64_t piece = 0;
  bool poison = false;
};
Settings &settings();

struct DeviceLimits {
  int multiprocessors;
  int shared_bytes;
  int major;
  int minor;
};
const DeviceLimits &device_limits();

// One of two: while one computes, the other's data is on its way.
struct Lane {
  cudaStream_t stream = nullptr;
  cudaEvent_t done = nullptr;
  // Pinned memory of at least `bytes`; what it held is lost when it grows.
  unsigned char *pinned_in(size_t bytes);
  unsigned char *pinned_out(size_t bytes);

private:
  unsigned char *in = nullptr, *out = nullptr;
  size_t in_bytes = 0, out_bytes = 0;
};
Lane &lane(int64_t piece);
void synchronize();

// Blocks of device memory are kept for the next call, since allocating waits for the device.
void *take_memory(size_t bytes);
void give_memory(void *memory, size_t bytes);

template <typename T> class Device {
public:
  explicit Device(int64_t count = 0) : bytes((size_t)count * sizeof(T)) {
    if (count > 0) memory = static_cast<T *>(take_memory(bytes));
  }
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;
  ~Device() {
    if (memory) give_memory(memory, bytes);
  }
  operator T *() const { return memory; }

private:
  T *memory = nullptr;
  size_t bytes;
};

// Memory to memory with several threads.
void copy_rows(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height);

template <typename T> void upload(T *to, const void *from, int64_t count, cudaStream_t stream) {
  check(cudaMemcpyAsync(to, from, (size_t)count * sizeof(T), cudaMemcpyHostToDevice, stream), "copying to the device");
}
template <typename T> void download(void *to, const T *from, int64_t count, cudaStream_t stream) {
  check(cudaMemcpyAsync(to, from, (size_t)count * sizeof(T), cudaMemcpyDeviceToHost, stream), "copying from the device");
}

struct Launch {
  int64_t blocks;
  int threads;
  size_t shared;
  cudaStream_t stream;
  // Blocks that share their memory and wait for each other; 1 for none.
  int cluster = 1;
  // All blocks run at once.
  bool cooperative = false;
};

// A parameter that takes no part in deducing P.
template <typename T> struct Given {
  using type = T;
};

// Calls `use` with what the runtime wants to know of a launch.
template <typename... P, typename F> void with_config(const char *name, void (*kernel)(P...), const Launch &shape, F use) {
  cudaLaunchAttribute attribute;
  memset(static_cast<void *>(&attribute), 0, sizeof attribute);
  cudaLaunchConfig_t config;
  memset(static_cast<void *>(&config), 0, sizeof config);
  config.gridDim = dim3((unsigned)shape.blocks);
  config.blockDim = dim3((unsigned)shape.threads);
  config.dynamicSmemBytes = shape.shared;
  config.stream = shape.stream;
  config.attrs = &attribute;
  if (shape.shared > (48u << 10))
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)shape.shared), name);
  if (shape.cooperative) {
    attribute.id = cudaLaunchAttributeCooperative;
    attribute.val.cooperative = 1;
    config.numAttrs = 1;
  } else if (shape.cluster > 1) {
    if (shape.cluster > 8) check(cudaFuncSetAttribute(kernel, cudaFuncAttributeNonPortableClusterSizeAllowed, 1), name);
    attribute.id = cudaLaunchAttributeClusterDimension;
    attribute.val.clusterDim.x = (unsigned)shape.cluster;
    attribute.val.clusterDim.y = attribute.val.clusterDim.z = 1;
    config.numAttrs = 1;
  }
  use(config);
}

template <typename... P>
void launch(const char *name, void (*kernel)(P...), const Launch &shape, typename Given<P>::type... args) {
  if (shape.blocks == 0) return;
  with_config(name, kernel, shape,
              [&](const cudaLaunchConfig_t &config) { check(cudaLaunchKernelEx(&config, kernel, args...), name); });
  check(cudaGetLastError(), name);
}

// Runs the body of an exported function: one at a time, failures become a status. `piece` says how large a piece of the matrix
// to send at a time, in elements; it is halved down to `least` while the device has too little memory.
int32_t guarded(int64_t piece, int64_t least, int32_t (*body)(void *, int64_t piece), void *context);

template <typename F> int32_t guarded(int64_t piece, int64_t least, F body) {
  return guarded(
      piece, least, [](void *context, int64_t size) { return (*static_cast<F *>(context))(size); }, &body);
}

} // namespace kernels
