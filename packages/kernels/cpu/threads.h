// How work is shared out. Every piece writes its own outputs, so results do not depend on the number of threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#ifdef _OPENMP
#include <omp.h>
#endif

namespace kernels {

struct FreeDeleter {
  void operator()(void *p) const { std::free(p); }
};

template <typename T> using Buffer = std::unique_ptr<T[], FreeDeleter>;

// Uninitialized, aligned to a cache line; null when there is no memory.
template <typename T> Buffer<T> allocate(int64_t count) {
  const size_t bytes = ((size_t)count * sizeof(T) + 63) / 64 * 64;
  return Buffer<T>(static_cast<T *>(std::aligned_alloc(64, bytes ? bytes : 64)));
}

static inline void keep_smallest(std::atomic<int64_t> &smallest, int64_t value) {
  int64_t seen = smallest.load();
  while (value < seen && !smallest.compare_exchange_weak(seen, value)) {
  }
}

} // namespace kernels
