// Normalization of a strip of a matrix that lies on the device.
#pragma once

#include "host.h"
#include "sinkhorn_step.h"

namespace kernels {

// Owns what the kernels need beside the job; one for strips of up to this size on one stream.
class SinkhornWorkspace {
public:
  SinkhornWorkspace(int64_t rows, int64_t cols, int64_t tile_rows, int64_t tile_cols, int32_t type);
  void run(SinkhornJob job, cudaStream_t stream);

private:
  struct Plan {
    int kind = 0;
    int team = 1;
    int threads = 0;
    int64_t teams = 0;
    size_t shared = 0;
    uint32_t rows = 0;
    bool on_chip = false;
    bool possible = false;
  };
  static Plan plan(int64_t tiles, int64_t tile_rows, int64_t tile_cols, int32_t type);

  int64_t tiles;
  Plan chosen;
  Device<uint8_t> redo;
  Device<float> scratch;
  Device<double> exchange;
  Device<uint32_t> arrivals;
};

} // namespace kernels
