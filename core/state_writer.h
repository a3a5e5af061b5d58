#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "core/series.h"

namespace inkling {

// The name of a section of saved state: four letters or digits, e.g. state_id("SERS").
using StateId = std::uint32_t;
consteval StateId state_id(const char (&name)[5]) {
  StateId id = 0;
  for (int i = 3; i >= 0; --i) {
    const auto letter = static_cast<unsigned char>(name[i]);
    if (!((letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9'))) {
      throw "four capital letters or digits";
    }
    id = (id << 8) | letter;
  }
  return id;
}
std::string to_string_state_id(StateId id);

// Writes learned state as bytes, the same on every machine: little-endian, whole numbers as varints
// (7 bits a byte, low first), doubles by their bits. What belongs together is a section, which may
// hold further sections:
//
//   | id 4 | version 4 | length 8 | crc32c of the content 4 | content |
//
// Read back by StateReader in the same order. Usage:
//   writer.begin_section(state_id("BAND"), 1); writer.put_double(mean_); writer.end_section();
// Not thread-safe: one owner.
class StateWriter {
 public:
  // kCanonical: equal states are equal bytes, at the price of sorting hash tables. kFast: as they
  // come, for what nobody compares.
  enum class Order : std::uint8_t { kCanonical, kFast };
  explicit StateWriter(Order order = Order::kCanonical) : order_(order) {}
  bool is_canonical() const { return order_ == Order::kCanonical; }

  void put_byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void put_bool(bool value) { put_byte(value ? 1 : 0); }
  void put_varint(std::uint64_t value);
  // Small magnitudes of either sign are short (zigzag).
  void put_signed(std::int64_t value);
  void put_u32(std::uint32_t value);
  void put_u64(std::uint64_t value);
  void put_double(double value);
  void put_float(float value);
  // Length as a varint, then the bytes.
  void put_text(std::string_view text);
  // A series by number: 0 = null. The first time it is written out; later it costs a byte or two.
  void put_series(const SeriesRef& series);
  void put_series_info(const SeriesInfo& info);
  // Whole numbers and floats of fixed width as they lie in memory, which is little-endian.
  template <class T>
  void put_raw(const T* values, std::size_t count) {
    static_assert(std::endian::native == std::endian::little && std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(values), count * sizeof(T));
  }

  // The content is what is put until the matching end_section(). Raise `version` when the layout
  // changes; the reader says which it still understands.
  void begin_section(StateId id, std::uint32_t version);
  void end_section();

  std::size_t size() const { return bytes_.size(); }
  // All sections must have ended.
  std::string take();
  // Room for so many bytes in all: saves copies.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

 private:
  const Order order_;
  std::string bytes_;
  std::vector<std::size_t> open_;  // where the content of each open section begins
  std::unordered_map<const SeriesInfo*, std::uint32_t> series_;  // numbers, from 1
  std::unordered_map<std::string, std::uint32_t> descriptions_;  // the same by what is written
};

}  // namespace inkling
