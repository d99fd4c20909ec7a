// Packing and unpacking of 2- to 8-bit codes; plain loops over whole bytes or words, which the compiler vectorizes.
#include "pack.h"
#include "kernels.h"

#include <algorithm>
#include <cstring>

namespace kernels {
namespace {

template <int BITS> void pack_bytes(const uint8_t *__restrict codes, int64_t count, uint8_t *__restrict packed) {
  constexpr int PER_BYTE = 8 / BITS;
  const int64_t whole = count / PER_BYTE;
  for (int64_t i = 0; i < whole; i++) {
    unsigned byte = 0;
    for (int k = 0; k < PER_BYTE; k++) byte |= (unsigned)codes[i * PER_BYTE + k] << (k * BITS);
    packed[i] = (uint8_t)byte;
  }
  if (whole * PER_BYTE == count) return;
  unsigned byte = 0;
  for (int64_t k = whole * PER_BYTE; k < count; k++) byte |= (unsigned)codes[k] << ((k % PER_BYTE) * BITS);
  packed[whole] = (uint8_t)byte;
}

template <int BITS> void unpack_bytes(const uint8_t *__restrict packed, int64_t count, uint8_t *__restrict codes) {
  constexpr int PER_BYTE = 8 / BITS;
  constexpr unsigned MASK = (1u << BITS) - 1;
  const int64_t whole = count / PER_BYTE;
  for (int64_t i = 0; i < whole; i++)
    for (int k = 0; k < PER_BYTE; k++) codes[i * PER_BYTE + k] = (uint8_t)((packed[i] >> (k * BITS)) & MASK);
  for (int64_t k = whole * PER_BYTE; k < count; k++)
    codes[k] = (uint8_t)((packed[whole] >> ((k % PER_BYTE) * BITS)) & MASK);
}

// Little-endian whatever the machine.
void store_word(uint8_t *to, uint64_t word, int bytes) {
  for (int b = 0; b < bytes; b++) to[b] = (uint8_t)(word >> (8 * b));
}

uint64_t load_word(const uint8_t *from, int bytes) {
  uint64_t word = 0;
  for (int b = 0; b < bytes; b++) word |= (uint64_t)from[b] << (8 * b);
  return word;
}

// PER_WORD codes fill a word of WORD bytes: eight codes of 5, 6 or 7 bits, ten of 3 bits with two bits to spare.
template <int BITS, int PER_WORD, int WORD> void pack_words(const uint8_t *codes, int64_t count, uint8_t *packed) {
  for (int64_t i = 0; i < count; i += PER_WORD, packed += WORD) {
    const int64_t n = std::min<int64_t>(PER_WORD, count - i);
    uint64_t word = 0;
    for (int64_t k = 0; k < n; k++) word |= (uint64_t)codes[i + k] << (k * BITS);
    store_word(packed, word, BITS == 3 ? WORD : (int)((n * BITS + 7) / 8));
  }
}

template <int BITS, int PER_WORD, int WORD> void unpack_words(const uint8_t *packed, int64_t count, uint8_t *codes) {
  constexpr uint64_t MASK = (1u << BITS) - 1;
  for (int64_t i = 0; i < count; i += PER_WORD, packed += WORD) {
    const int64_t n = std::min<int64_t>(PER_WORD, count - i);
    const uint64_t word = load_word(packed, BITS == 3 ? WORD : (int)((n * BITS + 7) / 8));
    for (int64_t k = 0; k < n; k++) codes[i + k] = (uint8_t)((word >> (k * BITS)) & MASK);
  }
}

// Codes of one piece of work for a thread.
constexpr int64_t PIECE = ALIGNED_CODES * 4096;

} // namespace

void pack_block(const uint8_t *codes, int64_t count, int32_t bits, uint8_t *packed) {
  switch (bits) {
  case 2: return pack_bytes<2>(codes, count, packed);
  case 3: return pack_words<3, 10, 4>(codes, count, packed);
  case 4: return pack_bytes<4>(codes, count, packed);
  case 5: return pack_words<5, 8, 5>(codes, count, packed);
  case 6: return pack_words<6, 8, 6>(codes, count, packed);
  case 7: return pack_words<7, 8, 7>(codes, count, packed);
  default: std::memcpy(packed, codes, (size_t)count);
  }
}

void unpack_block(const uint8_t *packed, int64_t count, int32_t bits, uint8_t *codes) {
  switch (bits) {
  case 2: return unpack_bytes<2>(packed, count, codes);
  case 3: return unpack_words<3, 10, 4>(packed, count, codes);
  case 4: return unpack_bytes<4>(packed, count, codes);
  case 5: return unpack_words<5, 8, 5>(packed, count, codes);
  case 6: return unpack_words<6, 8, 6>(packed, count, codes);
  case 7: return unpack_words<7, 8, 7>(packed, count, codes);
  default: std::memcpy(codes, packed, (size_t)count);
  }
}

} // namespace kernels

int32_t kernels_pack(const uint8_t *codes, int64_t count, int32_t bits, uint8_t *packed, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t start = 0; start < count; start += PIECE)
    pack_block(codes + start, std::min(PIECE, count - start), bits, packed + packed_offset(start, bits));
  return KERNELS_OK;
}

int32_t kernels_unpack(const uint8_t *packed, int64_t count, int32_t bits, uint8_t *codes, int32_t threads) {
  using namespace kernels;
  if (bits < 2 || bits > 8) return KERNELS_BAD_ARGUMENT;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t start = 0; start < count; start += PIECE)
    unpack_block(packed + packed_offset(start, bits), std::min(PIECE, count - start), bits, codes + start);
  return KERNELS_OK;
}
