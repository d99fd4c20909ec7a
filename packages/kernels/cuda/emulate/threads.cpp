// The threads of a kernel, as fibers.
#include "threads.h"

#include <csetjmp>
#include <cstdlib>
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

std::string run_kernel(const cudaLaunchConfig_t &config, unsigned together, const std::function<void()> &kernel) {
  const unsigned blocks = config.gridDim.x * config.gridDim.y;
  body = &kernel;
  gridDim = config.gridDim;
  blockDim = config.blockDim;
  for (unsigned first = 0; first < blocks && failure.empty(); first += together) {
    team = std::vector<Block>(together);
    team_waiting = 0;
    pauses = 0;
    team_threads = together * config.blockDim.x;
    for (unsigned k = 0; k < together; k++) make_block(team[k], first + k, first, config);
    run_team();
  }
  // Their stacks are in the middle of something.
  if (!failure.empty()) pool.clear();
  std::string said;
  said.swap(failure);
  return said;
}

} // namespace emulate
