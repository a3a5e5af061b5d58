#pragma once

#include <cstdint>
#include <string_view>

namespace inkling {

// 64-bit hash of bytes, the same on every machine and in every version (XXH3, seed 0): it is part
// of stored ids. Not for secrets. About 3 ns for 20 bytes.
std::uint64_t hash_bytes(std::string_view bytes);

// Combines two hashes; the order matters. Bijective in `value` for a fixed `seed`.
constexpr std::uint64_t hash_combine(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t x = (seed ^ (value + 0x9E3779B97F4A7C15ULL)) * 0xBF58476D1CE4E5B9ULL;
  x ^= x >> 31;
  x *= 0x94D049BB133111EBULL;
  return x ^ (x >> 29);
}

}  // namespace inkling
