// The CUDA library and, where it is given, the C++ one, loaded by path so that both can have the same names; and test matrices.
#pragma once

#include "../kernels_cuda.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <vector>

struct Library {
  explicit Library(const char *path) : handle(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (handle) return;
    std::fprintf(stderr, "%s\n", dlerror());
    std::exit(2);
  }
  template <typename F> F *find(const char *name) const {
    void *found = dlsym(handle, name);
    if (!found) {
      std::fprintf(stderr, "no %s in the library\n", name);
      std::exit(2);
    }
    return reinterpret_cast<F *>(found);
  }
  void *handle;
};
#define KERNEL(library, name) (library).find<decltype(name)>(#name)

struct Random {
  uint32_t state;
  double uniform() {
    state = state * 1664525u + 1013904223u;
    return (double)state / 4294967296.0;
  }
  double normal() { return 2 * (uniform() + uniform() + uniform() - 1.5); }
};

inline float value_of(uint32_t word) {
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

// A matrix of one type, and what it means in float32.
struct Weights {
  std::vector<uint16_t> halves;
  std::vector<float> values;
  int32_t type;
  const void *given() const { return type == KERNELS_F32 ? static_cast<const void *>(values.data()) : halves.data(); }

  // kind: 0 normal, 1 heavy tails, 2 half zeros, 3 a large mean.
  Weights(int64_t count, int32_t type, int kind, uint32_t seed) : values((size_t)count), type(type) {
    Random random{seed};
    for (float &value : values) {
      const double u = random.uniform();
      const double g = random.normal();
      value = (float)(kind == 1 ? g * std::pow(10, 3 * u) : kind == 2 ? (u < 0.5 ? 0 : g) : kind == 3 ? 10 + 0.01 * g : 0.02 * g);
      if (type != KERNELS_F32) narrow(value);
    }
  }

private:
  // Cuts the bits that the type does not have, and keeps what is left in both forms.
  void narrow(float &value) {
    uint32_t word;
    std::memcpy(&word, &value, sizeof word);
    if (type == KERNELS_BF16) {
      halves.push_back((uint16_t)(word >> 16));
      value = value_of(word & 0xffff0000u);
      return;
    }
    const uint32_t exponent = (word >> 23) & 255u;
    const bool zero = exponent < 113;
    halves.push_back((uint16_t)((word >> 16 & 0x8000u) | (zero ? 0u : ((exponent - 112) << 10) | ((word >> 13) & 1023u))));
    value = value_of(zero ? word & 0x80000000u : word & 0xffffe000u);
  }
};

inline int64_t packed_bytes(int64_t count, int32_t bits) { return bits == 3 ? (count + 9) / 10 * 4 : (count * bits + 7) / 8; }
