#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

  // The content is what is put until the matching end_section(). Raise `version` when the layout
  // changes; the reader says which it still understands.
  void begin_section(StateId id, std::uint32_t version);
  void end_section();

  std::size_t size() const { return bytes_.size(); }
  // All sections must have ended.
  std::string take();

 private:
  std::string bytes_;
  std::vector<std::size_t> open_;  // where the content of each open section begins
};

}  // namespace inkling
