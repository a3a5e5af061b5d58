#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace inkling::detect {

// Sixteen-bit floating point (IEEE 754 binary16) for learned tables: 11 bits of precision, up to
// 65504. No infinities: what is larger becomes the largest.
constexpr float kLargestHalf = 65504;

inline float half_to_float(std::uint16_t half) {
  const std::uint32_t magnitude = std::uint32_t{half & 0x7fffu} << 13;
  const float value = std::bit_cast<float>(magnitude) * 0x1p112f;
  return (half & 0x8000u) != 0 ? -value : value;
}

// `dither`, 0..8191, decides which neighbour a value between two halves becomes; 4096 = the nearer.
// A running mean in halves must vary it, or steps below half a unit never arrive.
inline std::uint16_t float_to_half(float value, std::uint32_t dither = 4096) {
  const float magnitude = std::min(std::abs(value), kLargestHalf) * 0x1p-112f;
  const std::uint32_t bits = (std::bit_cast<std::uint32_t>(magnitude) + dither) >> 13;
  const auto half = static_cast<std::uint16_t>(std::min(bits, 0x7bffu));
  return static_cast<std::uint16_t>(half | (std::signbit(value) ? 0x8000u : 0u));
}

// The upper half of a float: its range with 8 bits of precision.
inline std::uint16_t shorten(float value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}
inline float lengthen(std::uint16_t value) {
  return std::bit_cast<float>(std::uint32_t{value} << 16);
}

}  // namespace inkling::detect
