// Limits of the magnitude of groups: src/reference/clip-search.ts says what.
#include "group_weights.h"
#include "kernels.h"
#include "output_error.h"
#include "round_group.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace kernels {
namespace {

float largest_magnitude(const float *w, int64_t n) {
  float largest = 0;
  for (int64_t j = 0; j < n; j++) largest = std::fabs(w[j]) > largest ? std::fabs(w[j]) : largest;
  return largest;
}

// difference[n] = w - what w limited to `limit` is rounded to. Eight more of each can be read and written, but of w.
void clip_and_subtract(const float *__restrict w, int64_t n, float limit, const RoundSettings &settings,
                       uint8_t *__restrict codes, float *__restrict difference) {
  for (int64_t j = 0; j < n; j++) {
    const float raised = w[j] > -limit ? w[j] : -limit;
    difference[j] = raised < limit ? raised : limit;
  }
  const GroupScale grid = round_group(difference, n, settings, codes);
  for (int64_t j = 0; j < n; j++) difference[j] = w[j] - ((float)codes[j] - grid.zero) * grid.scale;
}

} // namespace
} // namespace kernels

int32_t kernels_clip_search(const float *x, int64_t tokens, const float *weight, int64_t outputs, int64_t cols, int32_t bits,
                            int64_t group, int32_t steps, int32_t candidates, float *limits, int64_t *bad_index,
                            int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
  const RoundSettings settings{KERNELS_ASYMMETRIC, bits, std::numeric_limits<float>::max(), nullptr, 0};
  const int64_t groups = cols / group;
  std::vector<PackedInputs> inputs(groups);
  for (int64_t g = 0; g < groups; g++)
    if (!inputs[g].pack(x + g * group, tokens, group, cols, threads)) return KERNELS_OUT_OF_MEMORY;
  std::atomic<int64_t> bad{std::numeric_limits<int64_t>::max()};
  std::atomic<bool> out_of_memory{false};
#pragma omp parallel num_threads(threads)
  {
    PanelError panel;
    if (!panel.reserve(group, tokens)) out_of_memory = true;
#pragma omp for schedule(dynamic, 1)
    for (int64_t first = 0; first < outputs; first += PANEL) {
      if (out_of_memory) continue;
      const int64_t count = std::min(PANEL, outputs - first);
      bool good = true;
      for (int64_t r = 0; r < count && good; r++) {
        const float *row = weight + (first + r) * cols;
        good = finite(row, cols);
        if (!good) keep_smallest(bad, (first + r) * cols + first_bad(row, cols));
      }
      if (!good) continue;
      for (int64_t g = 0; g < groups; g++) {
        const float *w = weight + first * cols + g * group;
        float largest[PANEL];
        double least[PANEL];
        double errors[PANEL];
        for (int64_t r = 0; r < count; r++) {
          largest[r] = limits[(first + r) * groups + g] = largest_magnitude(w + r * cols, group);
          least[r] = std::numeric_limits<double>::infinity();
        }
        for (int32_t i = 0; i < candidates; i++) {
          const float share = (float)(1.0 - (double)i / (double)steps);
          for (int64_t r = 0; r < count; r++)
            clip_and_subtract(w + r * cols, group, largest[r] * share, settings, panel.scratch(),
                              panel.difference() + r * group);
          std::fill(panel.difference() + count * group, panel.difference() + PANEL * group, 0.0f);
          panel.sum(inputs[g], true, errors);
          for (int64_t r = 0; r < count; r++) {
            if (!(errors[r] < least[r])) continue;
            least[r] = errors[r];
            limits[(first + r) * groups + g] = largest[r] * share;
          }
        }
      }
    }
  }
  if (out_of_memory) return KERNELS_OUT_OF_MEMORY;
  if (bad != std::numeric_limits<int64_t>::max()) {
    *bad_index = bad;
    return KERNELS_NON_FINITE;
  }
  return KERNELS_OK;
}
