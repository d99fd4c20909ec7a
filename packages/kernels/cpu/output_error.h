// Errors of a layer's outputs, panel by panel of outputs: src/reference/output-error.ts says what is summed in which order.
#pragma once

#include "threads.h"

namespace kernels {

// Columns whose products are summed in float32: part of the definition.
constexpr int64_t COLUMN_BLOCK = 256;
// Outputs whose differences are worked on together.
constexpr int64_t PANEL = 64;

// Inputs [tokens, cols], reordered so that the inner loop reads them one after the other.
class PackedInputs {
public:
  // x[tokens, cols], rows `stride` apart. False where there is no memory.
  bool pack(const float *x, int64_t tokens, int64_t cols, int64_t stride, int32_t threads);

  int64_t tokens() const { return tokens_; }
  int64_t cols() const { return cols_; }
  // Tokens from number `first` on, columns [from, from + COLUMN_BLOCK) or to the end.
  const float *at(int64_t first, int64_t from) const;

private:
  Buffer<float> values_;
  int64_t tokens_ = 0;
  int64_t cols_ = 0;
  int64_t padded_ = 0;
};

// Working memory of one thread.
class PanelError {
public:
  bool reserve(int64_t cols, int64_t tokens);

  // difference[PANEL, cols], to be filled before `sum`; rows that are no outputs hold zeros. Eight more can be read and written.
  float *difference() { return difference_.get(); }
  // Room for cols + 8 bytes while a row is filled.
  uint8_t *scratch() { return scratch_.get(); }

  // Sum over tokens of |x d| or of its square for every row d of `difference` -> sums[PANEL].
  void sum(const PackedInputs &x, bool squares, double *sums);

private:
  Buffer<float> difference_, packed_;
  Buffer<double> outputs_;
  Buffer<uint8_t> scratch_;
};

// Mean over tokens and outputs; fill(o, d, scratch) writes the difference of output o to d[cols], before that of o + 1. False where there is no memory.
template <typename Fill>
bool mean_error(const PackedInputs &x, int64_t outputs, bool squares, double *mean, int32_t threads, Fill fill) {
  const int64_t cols = x.cols();
  const int64_t panels = (outputs + PANEL - 1) / PANEL;
  const auto sums = allocate<double>(panels * PANEL);
  std::atomic<bool> out_of_memory{!sums};
#pragma omp parallel num_threads(threads)
  {
    PanelError panel;
    if (!panel.reserve(cols, x.tokens())) out_of_memory = true;
#pragma omp for schedule(dynamic, 1)
    for (int64_t p = 0; p < panels; p++) {
      if (out_of_memory) continue;
      for (int64_t r = 0; r < PANEL; r++) {
        float *row = panel.difference() + r * cols;
        if (p * PANEL + r < outputs) {
          fill(p * PANEL + r, row, panel.scratch());
        } else {
          for (int64_t j = 0; j < cols; j++) row[j] = 0;
        }
      }
      panel.sum(x, squares, &sums[p * PANEL]);
    }
  }
  if (out_of_memory) return false;
  double total = 0;
  for (int64_t o = 0; o < outputs; o++) total += sums[o];
  *mean = total / (double)(x.tokens() * outputs);
  return true;
}

} // namespace kernels
