#pragma once

#include <compare>
#include <cstdint>

namespace inkling {

// Where a record lies in the journal. In file replay the files are the journal: `segment` is the
// number of the file in the order given, `offset` the first (decompressed) byte of the frame.
struct Position {
  std::uint32_t segment = 0;
  std::uint32_t record = 0;  // physical line in the frame, from 0
  std::uint64_t offset = 0;  // of the frame in the segment, bytes

  friend constexpr bool operator==(const Position&, const Position&) = default;
  friend constexpr std::strong_ordering operator<=>(const Position& a, const Position& b) {
    if (auto c = a.segment <=> b.segment; c != 0) return c;
    if (auto c = a.offset <=> b.offset; c != 0) return c;
    return a.record <=> b.record;
  }
};

}  // namespace inkling
