#include "host.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace kernels {
namespace {

std::string said;
std::mutex one_call;

// Sizes are rounded up so that matrices of a model find each other's memory again; not in the emulation, whose memory ends
// where it was asked to.
#ifdef __CUDACC__
constexpr size_t GRAIN = 1 << 20;
#else
constexpr size_t GRAIN = 1;
#endif

std::multimap<size_t, void *> idle_memory;

size_t rounded_up(size_t bytes) { return (bytes + GRAIN - 1) / GRAIN * GRAIN; }

void free_idle_memory() {
  for (const auto &block : idle_memory) check(cudaFree(block.second), "cudaFree");
  idle_memory.clear();
}

unsigned char *grow(unsigned char *&memory, size_t &size, size_t bytes, cudaStream_t stream) {
  if (bytes <= size) return memory;
  check(cudaStreamSynchronize(stream), "waiting for the device");
  if (memory) check(cudaFreeHost(memory), "cudaFreeHost");
  memory = nullptr;
  size = 0;
  check(cudaMallocHost(&memory, bytes), "allocating pinned memory");
  size = bytes;
  return memory;
}

} // namespace

void check(cudaError_t error, const char *call) {
  if (error == cudaSuccess) return;
  said = std::string(call) + ": " + cudaGetErrorString(error);
  // Else the next call would find it.
  (void)cudaGetLastError();
  throw Failure{error == cudaErrorMemoryAllocation ? (int32_t)KERNELS_OUT_OF_MEMORY : (int32_t)KERNELS_DEVICE_FAILED};
}

Settings &settings() {
  static Settings chosen;
  return chosen;
}

const DeviceLimits &device_limits() {
  static DeviceLimits limits;
  const auto read = [](int &value, cudaDeviceAttr attribute) {
    check(cudaDeviceGetAttribute(&value, attribute, 0), "cudaDeviceGetAttribute");
  };
  read(limits.multiprocessors, cudaDevAttrMultiProcessorCount);
  read(limits.shared_bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin);
  read(limits.major, cudaDevAttrComputeCapabilityMajor);
  read(limits.minor, cudaDevAttrComputeCapabilityMinor);
  return limits;
}

unsigned char *Lane::pinned_in(size_t bytes) { return grow(in, in_bytes, bytes, stream); }
unsigned char *Lane::pinned_out(size_t bytes) { return grow(out, out_bytes, bytes, stream); }

Lane &lane(int64_t piece) {
  static Lane lanes[2];
  Lane &one = lanes[piece & 1];
  if (!one.stream) check(cudaStreamCreateWithFlags(&one.stream, cudaStreamNonBlocking), "cudaStreamCreate");
  if (!one.done) check(cudaEventCreateWithFlags(&one.done, cudaEventDisableTiming), "cudaEventCreate");
  return one;
}

void synchronize() {
  for (int64_t k = 0; k < 2; k++) check(cudaStreamSynchronize(lane(k).stream), "waiting for the device");
}

void *take_memory(size_t bytes) {
  const size_t size = rounded_up(bytes);
  void *memory = nullptr;
  const auto idle = idle_memory.find(size);
  if (idle != idle_memory.end()) {
    memory = idle->second;
    idle_memory.erase(idle);
  } else {
    cudaError_t error = cudaMalloc(&memory, size);
    if (error == cudaErrorMemoryAllocation && !idle_memory.empty()) {
      (void)cudaGetLastError();
      free_idle_memory();
      error = cudaMalloc(&memory, size);
    }
    check(error, ("cudaMalloc of " + std::to_string(size) + " bytes").c_str());
  }
  if (settings().poison) {
    check(cudaMemsetAsync(memory, 0xa5, size, lane(0).stream), "cudaMemset");
    check(cudaStreamSynchronize(lane(0).stream), "cudaMemset");
  }
  return memory;
}

void give_memory(void *memory, size_t bytes) { idle_memory.emplace(rounded_up(bytes), memory); }

void copy_rows(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height) {
  char *target = static_cast<char *>(to);
  const char *source = static_cast<const char *>(from);
  if (width == to_pitch && width == from_pitch) {
    // One run of bytes, in pieces of a megabyte.
    const size_t bytes = width * height;
    constexpr size_t PIECE = 1 << 20;
    const int64_t pieces = (int64_t)((bytes + PIECE - 1) / PIECE);
#ifdef _OPENMP
#pragma omp parallel for schedule(static) if (pieces > 4)
#endif
    for (int64_t p = 0; p < pieces; p++)
      memcpy(target + p * PIECE, source + p * PIECE, std::min(PIECE, bytes - p * PIECE));
    return;
  }
#ifdef _OPENMP
#pragma omp parallel for schedule(static) if (width * height > (4u << 20))
#endif
  for (int64_t i = 0; i < (int64_t)height; i++) memcpy(target + i * to_pitch, source + i * from_pitch, width);
}

int32_t guarded(int64_t piece, int64_t least, int32_t (*body)(void *, int64_t), void *context) {
  const std::lock_guard<std::mutex> lock(one_call);
  if (settings().piece > 0) piece = settings().piece;
  for (piece = std::max(piece, least);;) {
    try {
      const int32_t status = body(context, piece);
      synchronize();
      return status;
    } catch (const Failure &failure) {
      const std::string why = said;
      try {
        synchronize();
      } catch (const Failure &) {
        // What failed first is what is told.
      }
      said = why;
      if (failure.status != KERNELS_OUT_OF_MEMORY || piece <= least) return failure.status;
      piece = std::max(piece / 2, least);
    } catch (const std::exception &error) {
      said = std::string("the host's side: ") + error.what();
      return KERNELS_DEVICE_FAILED;
    }
  }
}

} // namespace kernels

int32_t kernels_abi(void) { return KERNELS_ABI; }

int32_t kernels_cuda_abi(void) { return KERNELS_CUDA_ABI; }

const char *kernels_cuda_error(void) { return kernels::said.c_str(); }

const char *kernels_cuda_device(void) {
  using namespace kernels;
  static std::string name;
  const int32_t status = guarded(1, 1, [](int64_t) -> int32_t {
    int count = 0;
    check(cudaGetDeviceCount(&count), "cudaGetDeviceCount");
    cudaDeviceProp prop;
    check(cudaGetDeviceProperties(&prop, 0), "cudaGetDeviceProperties");
    const DeviceLimits &limits = device_limits();
    name = std::string(prop.name) + ", " + std::to_string(limits.multiprocessors) + " multiprocessors, sm_" +
           std::to_string(limits.major) + std::to_string(limits.minor);
    return KERNELS_OK;
  });
  return status == KERNELS_OK ? name.c_str() : nullptr;
}

void kernels_cuda_settings(int32_t version, int64_t piece, int32_t poison) {
  kernels::settings() = {version, piece, poison != 0};
}
