#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "ingest/field_table.h"

namespace inkling::ingest {

// Remembers which keys a record had in which order, and what they mean, so that the next record of
// the same shape needs one comparison per key. Not thread-safe: one per decoder.
class ShapeCache {
 public:
  struct Entry {
    // The key with its closing quote, zeroes behind. Longer keys are looked up each time.
    static constexpr std::size_t kCapacity = 48;
    alignas(8) char key[kCapacity] = {};
    std::uint16_t size = 0;  // with the closing quote, 0 = empty
    FieldNode parent = FieldTable::kUnknown;
    FieldNode node = FieldTable::kUnknown;
    std::uint8_t penalty = 0;
    bool has_members = false;
    FieldMeaning meaning;
  };

  explicit ShapeCache(const FieldTable* fields) : fields_(fields) {}

  void begin_record() { next_ = 0; }

  // What the key at `key` (behind its opening quote) means inside `parent`. At least 48 bytes can
  // be read there, up to `end` is the record. Returns null if the key has no closing quote. The
  // entry is valid until the next call.
  const Entry* find(FieldNode parent, const char* key, const char* end) {
    if (next_ == kPositions) return refill(overflow_, parent, key, end);
    Position& position = positions_[next_++];
    for (const Entry& entry : position.ways) {
      if (entry.parent == parent && matches(entry, key)) return &entry;
    }
    Entry& oldest = position.ways[position.oldest];
    position.oldest = static_cast<std::uint8_t>((position.oldest + 1) % kWays);
    return refill(oldest, parent, key, end);
  }

 private:
  static bool matches(const Entry& entry, const char* key) {
    // Eight bytes at a time, the last ones masked; an empty entry has size 0 and matches nothing.
    std::size_t left = entry.size;
    if (left == 0) return false;
    const char* mine = entry.key;
    while (left >= 8) {
      std::uint64_t a;
      std::uint64_t b;
      std::memcpy(&a, mine, 8);
      std::memcpy(&b, key, 8);
      if (a != b) return false;
      mine += 8;
      key += 8;
      left -= 8;
    }
    if (left == 0) return true;
    std::uint64_t a;
    std::uint64_t b;
    std::memcpy(&a, mine, 8);
    std::memcpy(&b, key, 8);
    return ((a ^ b) << (64 - 8 * left)) == 0;  // little-endian: the low bytes come first
  }

  const Entry* refill(Entry& entry, FieldNode parent, const char* key, const char* end);

  static constexpr std::size_t kPositions = 64;
  static constexpr std::size_t kWays = 8;
  // Several ways, because optional fields and many services in one file make shapes take turns:
  // over five services 8 ways cost 24 % less CPU than 2 (4: 16 %, 16: 27 %).
  struct Position {
    std::array<Entry, kWays> ways;
    std::uint8_t oldest = 0;
  };

  const FieldTable* fields_;  // outlives the cache
  std::size_t next_ = 0;
  std::array<Position, kPositions> positions_;
  Entry overflow_;  // for the keys beyond the 64th, and too long ones
};

}  // namespace inkling::ingest
