// The runtime: device memory, streams, events and launches.
#include "threads.h"

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace emulate {

struct Event {
  Stream *stream = nullptr;
  uint64_t ticket = 0;
};

struct Stream {
  std::deque<std::function<void()>> work;
  uint64_t queued = 0, ran = 0;
  void add(std::function<void()> step) {
    work.push_back(std::move(step));
    queued++;
  }
  void run_until(uint64_t ticket) {
    while (ran < ticket && !work.empty()) {
      const auto step = std::move(work.front());
      work.pop_front();
      ran++;
      step();
    }
  }
};

namespace {

std::vector<std::unique_ptr<Stream>> streams;
std::map<void *, size_t> device_memory;
size_t device_used = 0, device_limit = 0;
int generation = 9;
int shared_limit = 227 << 10;
int multiprocessors = 16;
int most_together = 0;
// What a kernel did wrong.
std::string fault;
cudaError_t last = cudaSuccess;

void run_all() {
  for (auto &stream : streams) stream->run_until(stream->queued);
}

} // namespace
} // namespace emulate

using namespace emulate;

cudaError_t cudaGetDeviceCount(int *count) {
  *count = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *prop, int) {
  std::snprintf(prop->name, sizeof prop->name, "emulated GPU");
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
  case cudaDevAttrMultiProcessorCount: *value = multiprocessors; break;
  case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = shared_limit; break;
  case cudaDevAttrComputeCapabilityMajor: *value = generation; break;
  default: *value = 0;
  }
  return cudaSuccess;
}
cudaError_t cudaGetLastError() {
  const cudaError_t error = last;
  last = cudaSuccess;
  return error;
}
const char *cudaGetErrorString(cudaError_t error) {
  switch (error) {
  case cudaSuccess: return "no error";
  case cudaErrorMemoryAllocation: return "out of memory";
  case cudaErrorInvalidValue: return "invalid argument";
  default: return fault.c_str();
  }
}
cudaError_t emulate_malloc(void **memory, size_t bytes, bool host) {
  if (!host && device_limit && device_used + bytes > device_limit) return last = cudaErrorMemoryAllocation;
  *memory = std::malloc(bytes);
  std::memset(*memory, 0xa5, bytes);
  if (host) return cudaSuccess;
  device_memory[*memory] = bytes;
  device_used += bytes;
  return cudaSuccess;
}
cudaError_t cudaFree(void *memory) {
  run_all();
  const auto known = device_memory.find(memory);
  if (known == device_memory.end()) return cudaErrorInvalidValue;
  device_used -= known->second;
  device_memory.erase(known);
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void *memory) {
  run_all();
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  if (bytes) stream->add([=] { std::memcpy(to, from, bytes); });
  return cudaSuccess;
}
cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height,
                              cudaMemcpyKind, cudaStream_t stream) {
  if (width > to_pitch || width > from_pitch) return cudaErrorInvalidValue;
  stream->add([=] {
    for (size_t i = 0; i < height; i++) std::memcpy((char *)to + i * to_pitch, (const char *)from + i * from_pitch, width);
  });
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void *to, int value, size_t bytes, cudaStream_t stream) {
  if (bytes) stream->add([=] { std::memset(to, value, bytes); });
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned) {
  streams.emplace_back(new Stream);
  *stream = streams.back().get();
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  stream->run_until(stream->queued);
  return cudaGetLastError();
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  const Event seen = *event;
  if (seen.stream) stream->add([=] { seen.stream->run_until(seen.ticket); });
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
  *event = new Event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  *event = Event{stream, stream->queued};
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (event->stream) event->stream->run_until(event->ticket);
  return cudaGetLastError();
}
cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t, cudaEvent_t) {
  *milliseconds = 1;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t emulate_launch(const cudaLaunchConfig_t &config, std::function<void()> kernel) {
  const unsigned blocks = config.gridDim.x * config.gridDim.y;
  unsigned together = 1;
  for (unsigned i = 0; i < config.numAttrs; i++) {
    const cudaLaunchAttribute &attribute = config.attrs[i];
    together = attribute.id == cudaLaunchAttributeCooperative ? blocks : attribute.val.clusterDim.x;
  }
  if (blocks == 0 || config.blockDim.x > 1024 || together == 0 || blocks % together != 0 ||
      config.dynamicSmemBytes > (size_t)shared_limit)
    return cudaErrorInvalidValue;
  cudaLaunchConfig_t kept = config;
  kept.attrs = nullptr;
  config.stream->add([=] {
    if ((int)together > most_together) most_together = (int)together;
    const std::string said = run_kernel(kept, together, kernel);
    if (said.empty()) return;
    fault = said;
    last = cudaErrorLaunchFailure;
  });
  return cudaSuccess;
}
void emulate_device(int64_t memory, int32_t major, int32_t shared, int32_t processors) {
  device_limit = (size_t)memory;
  generation = major;
  shared_limit = shared;
  multiprocessors = processors;
}
int32_t emulate_together() {
  const int32_t most = most_together;
  most_together = 0;
  return most;
}
