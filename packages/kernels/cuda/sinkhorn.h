// Normalization of a strip of a matrix that lies on the device.
//
// Sinkhorn-style normalization, every iteration of a tile in one launch: src/reference/sinkhorn.ts says what.
//
//   sinkhorn_v1  a block for a tile of any shape, which it reads twice an iteration: rows by eight lanes, columns by a thread
//                each. The same bits as the reference, in every case.
//   sinkhorn_v2  a team of blocks for a tile of up to 64 columns. The tile stays on chip as it was stored, 16-bit weights as 16
//                bits, and each weight is divided once an iteration for its row and its column. Teams of sm_90 are clusters that
//                read each other's shared memory; before that, and where no cluster holds the tile, blocks of one cooperative
//                grid that meet in global memory (and read their rows again from the cache where even they are too small).
//                Columns are summed by threads and then joined, so that the last bit of a double can differ from the reference.
//                What needs more care (weights beyond 2^-60 to 2^100, lines that are almost constant) is left to sinkhorn_v1.
//   sinkhorn_v3  the same teams, sums in float32 of at most a few dozen weights, joined as doubles: no weight is divided and none
//                becomes a double. Scales differ by a few 1e-7; where two iterations are as good, the other one of them may be
//                kept. Only where it is asked for: what goes over the bus takes longer than either.
//
// Must move n * (2 or 4) bytes and the scales, once. Must compute, a weight and iteration, at a rate of 128 float32 operations a
// clock and multiprocessor: two divisions by reciprocal (6), one conversion to double (8), two sums and two sums of squares in
// double (8): 22 of them, where 4 multiply-adds would be the least. sinkhorn_v3 takes those 4 and a square, and a conversion where
// weights have 16 bits: 6.
#pragma once

#include "host.h"
#include "sinkhorn_step.h"

namespace kernels {

// sinkhorn_v1 of the tiles that job.redo names, or of all.
void normalize_plainly(const SinkhornJob &job, int64_t tiles, cudaStream_t stream);

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
