#pragma once

#include <cstdint>
#include <string_view>

namespace inkling {

// CRC32C (Castagnoli) of `bytes`, going on from the CRC of the bytes before them (0 = none):
// crc32c(a + b) == crc32c(b, crc32c(a)). Finds every burst of up to 32 wrong bits; no protection
// against intent. Uses the SSE4.2 instruction where the machine has it. Thread-safe.
// Source: Castagnoli et al. (1993); parameters and check value as in RFC 3720, appendix B.4.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc_before = 0);

// The same from a table, a byte at a time: for machines without the instruction, and to check it.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc_before = 0);

}  // namespace inkling
