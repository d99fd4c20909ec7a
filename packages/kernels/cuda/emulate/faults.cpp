// Mistakes that the emulation must notice: a test of the test.
#include "emulate.h"

#include <string>

namespace {

constexpr unsigned THREADS = 64;

// A barrier that half of the threads reach.
void half_at_barrier(int *out) {
  if (threadIdx.x < 32) __syncthreads();
  out[threadIdx.x] = 1;
}

// Two barriers in two branches.
void barriers_in_branches(int *out) {
  if (threadIdx.x % 2) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  out[threadIdx.x] = 1;
}

// A shuffle from which a lane is missing.
void lane_missing(int *out) {
  if (threadIdx.x == 5) return;
  out[threadIdx.x] = __shfl_xor_sync(0xffffffffu, (int)threadIdx.x, 1);
}

// A neighbour's value is read before it is certain to be there.
void barrier_missing(int *out) {
  int *shared = reinterpret_cast<int *>(emulate::shared());
  shared[threadIdx.x] = (int)threadIdx.x;
  out[threadIdx.x] = shared[(threadIdx.x + 1) % THREADS];
}

void beyond_shared(int *out) {
  int *shared = reinterpret_cast<int *>(emulate::shared());
  shared[threadIdx.x + 1] = 0;
  out[threadIdx.x] = 0;
}

void right(int *out) {
  int *shared = reinterpret_cast<int *>(emulate::shared());
  shared[threadIdx.x] = (int)threadIdx.x;
  __syncthreads();
  out[threadIdx.x] = __shfl_xor_sync(0xffffffffu, shared[(threadIdx.x + 1) % THREADS], 1);
}

} // namespace

const char *emulate_fault(int32_t fault) {
  static std::string said;
  void (*const kernels[])(int *) = {right, half_at_barrier, barriers_in_branches, lane_missing, barrier_missing, beyond_shared};
  cudaStream_t stream;
  cudaStreamCreateWithFlags(&stream, 0);
  int *out;
  cudaMalloc(&out, THREADS * sizeof(int));
  cudaLaunchConfig_t config{dim3(1), dim3(THREADS), THREADS * sizeof(int), stream, nullptr, 0};
  cudaLaunchKernelEx(&config, kernels[fault], out);
  int host[THREADS];
  cudaMemcpyAsync(host, out, sizeof host, cudaMemcpyDeviceToHost, stream);
  said = "";
  // Nobody has waited: nothing has happened yet.
  if (out[0] != (int)0xa5a5a5a5) said = "the kernel ran too early";
  const cudaError_t error = cudaStreamSynchronize(stream);
  if (error != cudaSuccess) said = cudaGetErrorString(error);
  for (const int value : host)
    if (said.empty() && (value < 0 || value >= (int)THREADS)) said = "a value that nobody wrote";
  cudaFree(out);
  return said.c_str();
}
