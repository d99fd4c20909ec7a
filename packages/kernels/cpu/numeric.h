// The arithmetic that both implementations share, operation by operation; src/reference/numeric.ts is its twin and explains it.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

// What a function is declared as; the CUDA kernels, which share this file, say more.
#ifndef KERNELS_FN
#define KERNELS_FN static inline
#endif

namespace kernels {

constexpr float ROUNDER = 12582912.0f;
constexpr double LN2 = 0.6931471805599453;
constexpr float LOG2E = 1.4426950408889634f;
constexpr float SQRT2 = 1.4142135623730951f;

KERNELS_FN float clamp(float x, float low, float high) {
  const float raised = x > low ? x : low;
  return raised < high ? raised : high;
}

KERNELS_FN float exp32(float x) {
  const float n = (x * LOG2E + ROUNDER) - ROUNDER;
  const double rest = (double)x - (double)n * LN2;
  const float r = (float)rest;
  float p = 0.00019826496f;
  p = p * r + 0.0013946021f;
  p = p * r + 0.00833343f;
  p = p * r + 0.04166627f;
  p = p * r + 0.16666666f;
  p = p * r + 0.5f;
  const float y = (float)(rest * rest * (double)p + rest + 1.0);
  const int32_t word = ((int32_t)n + 127) * (1 << 23);
  float power;
  std::memcpy(&power, &word, sizeof power);
  return y * power;
}

KERNELS_FN float log32(float x) {
  int32_t word;
  std::memcpy(&word, &x, sizeof word);
  const int32_t mantissa = (word & 0x007fffff) | 0x3f800000;
  float m;
  std::memcpy(&m, &mantissa, sizeof m);
  const bool big = m > SQRT2;
  const int32_t exponent = (word >> 23) - 127 + (big ? 1 : 0);
  m = big ? m * 0.5f : m;
  const float r = m - 1.0f;
  float p = -0.057002943f;
  p = p * r + 0.10457661f;
  p = p * r - 0.10865212f;
  p = p * r + 0.1107638f;
  p = p * r - 0.12422451f;
  p = p * r + 0.14281814f;
  p = p * r - 0.16669402f;
  p = p * r + 0.20000203f;
  p = p * r - 0.24999967f;
  p = p * r + 0.3333333f;
  const double d = r;
  return (float)(d + ((double)p * d - 0.5) * (d * d) + (double)exponent * LN2);
}

} // namespace kernels
