#include "emulate.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <ucontext.h>
#include <vector>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace emulate {
namespace {

constexpr size_t STACK = 256 << 10;
constexpr int64_t PAUSES = 20000000;

enum class State { ready, waiting, done };

struct Fiber {
  std::unique_ptr<unsigned char[]> stack{new unsigned char[STACK]};
  ucontext_t context;
  jmp_buf at;
  bool started = false;
  State state = State::done;
  Scope scope = Scope::warp;
  int line = 0;
  unsigned lane = 0, warp = 0;
  unsigned exchanges = 0;
  struct Block *block = nullptr;
};

struct Warp {
  unsigned size = 0, waiting = 0;
  uint64_t slots[2][32];
};

struct Block {
  std::vector<Fiber *> fibers;
  std::vector<Warp> warps;
  // Exactly as long as asked for, so that a sanitizer sees what lies beyond.
  std::unique_ptr<unsigned char[]> shared;
  unsigned rank = 0, index = 0, waiting = 0;
};

std::vector<std::unique_ptr<Fiber>> pool;
std::vector<Block> team;
unsigned team_waiting = 0;
unsigned team_threads = 0;
Fiber *running = nullptr;
const std::function<void()> *body = nullptr;
std::string failure;
int64_t pauses = 0;

void back_to_main();

void enter() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
  for (;;) {
    (*body)();
    running->state = State::done;
    back_to_main();
  }
}

#if defined(__SANITIZE_ADDRESS__)
// The sanitizer must be told of every switch; it does not follow longjmp.
ucontext_t main_context;
const void *main_stack = nullptr;
size_t main_size = 0;
void back_to_main() {
  void *fake = nullptr;
  Fiber *fiber = running;
  __sanitizer_start_switch_fiber(&fake, main_stack, main_size);
  swapcontext(&fiber->context, &main_context);
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
}
void switch_to(Fiber *fiber) {
  void *fake = nullptr;
  if (!fiber->started) {
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack.get();
    fiber->context.uc_stack.ss_size = STACK;
    makecontext(&fiber->context, enter, 0);
    fiber->started = true;
  }
  __sanitizer_start_switch_fiber(&fake, fiber->stack.get(), STACK);
  swapcontext(&main_context, &fiber->context);
  __sanitizer_finish_switch_fiber(fake, &main_stack, &main_size);
}
#else
jmp_buf main_at;
// A context costs system calls: only the first entry takes one.
void back_to_main() {
  if (!_setjmp(running->at)) _longjmp(main_at, 1);
}
void switch_to(Fiber *fiber) {
  if (_setjmp(main_at)) return;
  if (fiber->started) _longjmp(fiber->at, 1);
  fiber->started = true;
  getcontext(&fiber->context);
  fiber->context.uc_stack.ss_sp = fiber->stack.get();
  fiber->context.uc_stack.ss_size = STACK;
  makecontext(&fiber->context, enter, 0);
  setcontext(&fiber->context);
}
#endif

void fail(const std::string &why) {
  if (failure.empty()) failure = why;
}

template <typename F> void each_peer(Scope scope, Fiber *fiber, F visit) {
  for (Block &block : team) {
    if (scope != Scope::cluster && &block != fiber->block) continue;
    for (Fiber *peer : block.fibers)
      if (scope != Scope::warp || peer->warp == fiber->warp) visit(peer);
  }
}

void make_block(Block &block, unsigned index, unsigned first, const cudaLaunchConfig_t &config) {
  const unsigned threads = config.blockDim.x;
  block.rank = index - first;
  block.index = index;
  block.waiting = 0;
  block.shared.reset(new unsigned char[config.dynamicSmemBytes]);
  std::memset(block.shared.get(), 0xa5, config.dynamicSmemBytes);
  block.warps.assign((threads + 31) / 32, Warp());
  block.fibers.resize(threads);
  for (unsigned t = 0; t < threads; t++) {
    const size_t at = (size_t)block.rank * threads + t;
    if (at == pool.size()) pool.emplace_back(new Fiber);
    Fiber *fiber = block.fibers[t] = pool[at].get();
    fiber->state = State::ready;
    fiber->lane = t % 32;
    fiber->warp = t / 32;
    fiber->exchanges = 0;
    fiber->block = &block;
    block.warps[t / 32].size++;
  }
}

// Runs every thread until it waits, warp by warp, until all are done.
void run_team() {
  for (bool alive = true; alive;) {
    bool moved = false;
    alive = false;
    for (Block &block : team) {
      for (Fiber *fiber : block.fibers) {
        if (fiber->state == State::ready) {
          running = fiber;
          threadIdx = dim3(fiber->warp * 32 + fiber->lane);
          blockIdx = dim3(block.index % gridDim.x, block.index / gridDim.x);
          switch_to(fiber);
          moved = true;
        }
        alive |= fiber->state != State::done;
        if (!failure.empty()) return;
      }
    }
    if (alive && !moved) return fail("threads wait for others that never come");
  }
}

} // namespace

unsigned char *shared() { return running->block->shared.get(); }
unsigned cluster_rank() { return running->block->rank; }

void *cluster_map(const void *address, unsigned rank) {
  return team[rank].shared.get() + ((const unsigned char *)address - running->block->shared.get());
}

void wait(Scope scope, int line) {
  Fiber *fiber = running;
  Block &block = *fiber->block;
  Warp &warp = block.warps[fiber->warp];
  unsigned &waiting = scope == Scope::warp ? warp.waiting : scope == Scope::block ? block.waiting : team_waiting;
  const unsigned all = scope == Scope::warp ? warp.size : scope == Scope::block ? block.fibers.size() : team_threads;
  fiber->scope = scope;
  fiber->line = line;
  if (++waiting < all) {
    fiber->state = State::waiting;
    back_to_main();
    return;
  }
  waiting = 0;
  each_peer(scope, fiber, [&](Fiber *peer) {
    if (peer->line != line) fail("threads wait at lines " + std::to_string(line) + " and " + std::to_string(peer->line));
    peer->state = State::ready;
  });
}

void pause() {
  if (++pauses > PAUSES) fail("a thread waits for memory that never changes");
  back_to_main();
}

uint64_t exchange(uint64_t value, unsigned lane, int line) {
  Fiber *fiber = running;
  Warp &warp = fiber->block->warps[fiber->warp];
  // Two sets of slots: a lane that runs ahead writes the other one, and cannot run further ahead.
  uint64_t *slots = warp.slots[fiber->exchanges++ & 1];
  slots[fiber->lane] = value;
  wait(Scope::warp, line);
  // A lane that is not there has nothing to give.
  return lane < warp.size ? slots[lane] : 0xa5a5a5a5a5a5a5a5;
}

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
cudaError_t last = cudaSuccess;

void run_all() {
  for (auto &stream : streams) stream->run_until(stream->queued);
}

void run_kernel(const cudaLaunchConfig_t &config, unsigned together, const std::function<void()> &kernel) {
  const unsigned blocks = config.gridDim.x * config.gridDim.y;
  body = &kernel;
  gridDim = config.gridDim;
  if ((int)together > most_together) most_together = (int)together;
  blockDim = config.blockDim;
  for (unsigned first = 0; first < blocks && failure.empty(); first += together) {
    team = std::vector<Block>(together);
    team_waiting = 0;
    pauses = 0;
    team_threads = together * config.blockDim.x;
    for (unsigned k = 0; k < together; k++) make_block(team[k], first + k, first, config);
    run_team();
  }
  if (!failure.empty()) {
    last = cudaErrorLaunchFailure;
    // Their stacks are in the middle of something.
    pool.clear();
  }
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
  default: {
    static std::string said;
    said = failure;
    failure.clear();
    return said.c_str();
  }
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
  config.stream->add([=] { run_kernel(kept, together, kernel); });
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
