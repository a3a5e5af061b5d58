#include "core/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace inkling {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    table[byte] = crc;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kTable = make_table();

// Without the inversions at both ends.
std::uint32_t update_by_table(std::uint32_t crc, const char* data, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(data[i])) & 0xFF];
  }
  return crc;
}

#if defined(__x86_64__)

// The instruction takes 3 cycles and can start every cycle, so three streams run side by side.
// Their results are joined by moving a CRC over kStreamBytes zeros, which is linear: one look-up
// per byte.
constexpr std::size_t kStreamBytes = 2048;

struct ZerosTable {
  std::array<std::array<std::uint32_t, 256>, 4> byte;

  ZerosTable() : byte{} {
    std::array<std::uint32_t, 32> basis{};
    for (int bit = 0; bit < 32; ++bit) {
      std::uint32_t crc = 1u << bit;
      for (std::size_t i = 0; i < kStreamBytes; ++i) crc = (crc >> 8) ^ kTable[crc & 0xFF];
      basis[static_cast<std::size_t>(bit)] = crc;
    }
    for (std::size_t k = 0; k < 4; ++k) {
      for (std::size_t value = 0; value < 256; ++value) {
        for (std::size_t bit = 0; bit < 8; ++bit) {
          if ((value >> bit & 1) != 0) byte[k][value] ^= basis[8 * k + bit];
        }
      }
    }
  }
  std::uint32_t shift(std::uint32_t crc) const {
    return byte[0][crc & 0xFF] ^ byte[1][crc >> 8 & 0xFF] ^ byte[2][crc >> 16 & 0xFF] ^
           byte[3][crc >> 24];
  }
};

std::uint64_t load(const char* data) {
  std::uint64_t word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) std::uint32_t update_by_instruction(std::uint32_t before,
                                                                      const char* data,
                                                                      std::size_t size) {
  static const ZerosTable kZeros;
  std::uint64_t crc = before;
  for (; size >= 3 * kStreamBytes; size -= 3 * kStreamBytes, data += 3 * kStreamBytes) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kStreamBytes; i += 8) {
      crc = _mm_crc32_u64(crc, load(data + i));
      second = _mm_crc32_u64(second, load(data + kStreamBytes + i));
      third = _mm_crc32_u64(third, load(data + 2 * kStreamBytes + i));
    }
    crc = kZeros.shift(static_cast<std::uint32_t>(crc)) ^ second;
    crc = kZeros.shift(static_cast<std::uint32_t>(crc)) ^ third;
  }
  for (; size >= 8; size -= 8, data += 8) crc = _mm_crc32_u64(crc, load(data));
  auto narrow = static_cast<std::uint32_t>(crc);
  for (; size > 0; --size, ++data) {
    narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*data));
  }
  return narrow;
}

#endif

}  // namespace

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc_before) {
  return ~update_by_table(~crc_before, bytes.data(), bytes.size());
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc_before) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return ~update_by_instruction(~crc_before, bytes.data(), bytes.size());
#endif
  return crc32c_by_table(bytes, crc_before);
}

}  // namespace inkling
