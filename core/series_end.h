#pragma once

#include <bit>
#include <cstdint>

namespace inkling {

// The value of a row with which its series ends, as the sender says: that nothing comes after it is
// no silence. A NaN like kAbsent, told from it by its bits.
inline constexpr double kSeriesEnd = std::bit_cast<double>(std::uint64_t{0x7FF8'0000'0000'0E2D});
constexpr bool ends_series(double value) {
  return std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(kSeriesEnd);
}

}  // namespace inkling
