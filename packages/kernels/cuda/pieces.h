// Matrices in pieces: what is shared by the calls that send one through the device a part at a time.
#pragma once

#include "host.h"

#include <algorithm>
#include <numeric>

namespace kernels {

// Elements of a host transfer unless the settings say otherwise: enough that starting it does not count.
constexpr int64_t PIECE = 8 << 20;
// Whole rows of a multiple of this many codes begin at a whole word of every packing.
constexpr int64_t ALIGNED_CODES = 40;
// Kernels count the weights of a piece in 32 bits.
constexpr int64_t MOST = ((int64_t)1 << 31) - 1;

KERNELS_FN int64_t element_bytes(int32_t type) { return type == F32 ? 4 : 2; }
KERNELS_FN int64_t packed_bytes(int64_t count, int32_t bits) {
  return bits == 3 ? (count + 9) / 10 * 4 : (count * bits + 7) / 8;
}

// Least rows of a piece that begin at a whole word of codes.
inline int64_t aligned_rows(int64_t cols) { return ALIGNED_CODES / std::gcd(cols, ALIGNED_CODES); }

// Rows of a piece of about `piece` elements, a multiple of `unit`.
inline int64_t piece_rows(int64_t rows, int64_t cols, int64_t unit, int64_t piece) {
  return std::min(rows, unit * std::max<int64_t>(1, std::min(piece, MOST) / (unit * cols)));
}

inline size_t padded(size_t bytes) { return (bytes + 255) / 256 * 256; }

// The smallest flat index of a weight that is not finite, kept on the device during a call.
class BadIndex {
public:
  explicit BadIndex(cudaStream_t stream) : device(1) {
    check(cudaMemsetAsync(device, 0xff, sizeof(unsigned long long), stream), "cudaMemset");
    check(cudaStreamSynchronize(stream), "cudaMemset");
  }
  operator unsigned long long *() const { return device; }

  // After everything else of the call.
  int32_t status(int64_t *bad_index) {
    synchronize();
    unsigned long long index = 0;
    download<unsigned long long>(&index, device, 1, lane(0).stream);
    synchronize();
    if (index == ~0ull) return KERNELS_OK;
    *bad_index = (int64_t)index;
    return KERNELS_NON_FINITE;
  }

private:
  Device<unsigned long long> device;
};

// A small array that a call needs as a whole; null stays null.
template <typename T> class Constant {
public:
  Constant(const T *from, int64_t count) : device(from ? count : 0) {
    if (!from) return;
    upload<T>(device, from, count, lane(0).stream);
    check(cudaStreamSynchronize(lane(0).stream), "copying to the device");
  }
  operator const T *() const { return static_cast<T *>(device); }

private:
  Device<T> device;
};

// Sends pieces through the two lanes: begin(piece, lane) queues the work of a piece, end(piece, lane) takes its results from
// pinned memory when they are there, while the next piece computes.
template <typename B, typename E> void in_turns(int64_t pieces, B begin, E end) {
  for (int64_t p = 0; p < pieces + 1; p++) {
    if (p < pieces) {
      begin(p, lane(p));
      check(cudaEventRecord(lane(p).done, lane(p).stream), "cudaEventRecord");
    }
    if (p > 0) {
      check(cudaEventSynchronize(lane(p - 1).done), "waiting for the device");
      end(p - 1, lane(p - 1));
    }
  }
}

} // namespace kernels
