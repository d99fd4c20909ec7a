// Bit layouts of packed codes: src/packed-bytes.ts and src/reference/pack.ts describe them.
#pragma once

#include <cstdint>

namespace kernels {

// Codes in a row that start and end on a whole byte (and, for 3 bits, on a whole word), whatever the width.
constexpr int64_t ALIGNED_CODES = 40;

// Offset in bytes of code `index`, a multiple of ALIGNED_CODES.
static inline int64_t packed_offset(int64_t index, int32_t bits) { return bits == 3 ? index / 10 * 4 : index * bits / 8; }

// Both take codes from an aligned start on.
void pack_block(const uint8_t *codes, int64_t count, int32_t bits, uint8_t *packed);
void unpack_block(const uint8_t *packed, int64_t count, int32_t bits, uint8_t *codes);

} // namespace kernels
