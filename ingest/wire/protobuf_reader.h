#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace inkling::ingest {

// The wire type of a protobuf field. Groups (3, 4) are not read.
enum class ProtobufWire : std::uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// The key of a field as it stands on the wire: number and wire type. Switch on these: a field that
// comes with another wire type than its own is then skipped like an unknown one.
constexpr std::uint32_t varint_key(std::uint32_t field) { return field << 3; }
constexpr std::uint32_t fixed64_key(std::uint32_t field) { return field << 3 | 1; }
constexpr std::uint32_t bytes_key(std::uint32_t field) { return field << 3 | 2; }
constexpr std::uint32_t fixed32_key(std::uint32_t field) { return field << 3 | 5; }

// sint32 and sint64.
constexpr std::int64_t zigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

// Pulls the fields of one protobuf message out of its bytes, in the order they stand there. Never
// reads outside them, allocates nothing. A view: the bytes outlive it. Usage:
//   ProtobufReader reader(bytes);
//   while (reader.next()) {
//     switch (reader.key()) { case bytes_key(1): name = reader.bytes(); break; }
//   }
//   if (reader.failed()) ...
// Source: Protocol Buffers, "Encoding". Not thread-safe: one owner.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // Reads the next field. False at the end, and when the bytes are no message (failed()).
  bool next() {
    if (at_ == end_) return false;
    std::uint64_t key = 0;
    if (!read_varint(key) || key > 0xFFFFFFFF || key < 8) return give_up();
    key_ = static_cast<std::uint32_t>(key);
    const auto left = static_cast<std::size_t>(end_ - at_);
    switch (key_ & 7) {
      case static_cast<std::uint32_t>(ProtobufWire::kVarint):
        return read_varint(number_) || give_up();
      case static_cast<std::uint32_t>(ProtobufWire::kFixed64):
        if (left < 8) return give_up();
        number_ = read_fixed<std::uint64_t>(at_);
        at_ += 8;
        return true;
      case static_cast<std::uint32_t>(ProtobufWire::kBytes): {
        std::uint64_t size = 0;
        if (!read_varint(size) || size > static_cast<std::uint64_t>(end_ - at_)) return give_up();
        bytes_ = {at_, static_cast<std::size_t>(size)};
        at_ += size;
        return true;
      }
      case static_cast<std::uint32_t>(ProtobufWire::kFixed32):
        if (left < 4) return give_up();
        number_ = read_fixed<std::uint32_t>(at_);
        at_ += 4;
        return true;
      default:
        return give_up();
    }
  }

  // Of the field that next() read: number and wire type; its number; its bytes. Only the one that
  // the wire type says is set.
  std::uint32_t key() const { return key_; }
  std::uint64_t number() const { return number_; }
  std::int64_t integer() const { return static_cast<std::int64_t>(number_); }
  bool boolean() const { return number_ != 0; }
  double real() const { return std::bit_cast<double>(number_); }
  std::string_view bytes() const { return bytes_; }

  // What is left behind the field that next() read.
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  // True once the bytes turned out to be no message; there is nothing to read any more.
  bool failed() const { return failed_; }

  // Reads one varint as it stands, without a key: an element of a packed field, a length.
  bool read_varint(std::uint64_t& value) {
    // Most are one byte.
    if (at_ != end_ && static_cast<signed char>(*at_) >= 0) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    std::uint64_t result = 0;
    const char* at = at_;
    for (unsigned shift = 0; shift < 64 && at != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at++);
      result |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) {
        at_ = at;
        value = result;
        return true;
      }
    }
    return false;
  }

 private:
  template <class T>
  static T read_fixed(const char* at) {
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  bool give_up() {
    failed_ = true;
    at_ = end_;
    return false;
  }

  const char* at_;
  const char* end_;
  std::uint32_t key_ = 0;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
  bool failed_ = false;
};

// The elements of a repeated number, wherever they stand in the message: packed into one field, or
// a field each. Calls visit(number) with the bits of each in order. False if a packed field is
// broken. `width` is 8, 4 or 0 (varints).
template <class Visit>
bool for_each_packed(std::string_view packed, std::size_t width, Visit&& visit) {
  if (width == 0) {
    ProtobufReader reader(packed);
    std::uint64_t value = 0;
    while (!reader.rest().empty()) {
      if (!reader.read_varint(value)) return false;
      visit(value);
    }
    return true;
  }
  if (packed.size() % width != 0) return false;
  for (std::size_t i = 0; i < packed.size(); i += width) {
    std::uint64_t value = 0;
    std::memcpy(&value, packed.data() + i, width);
    visit(value);
  }
  return true;
}

}  // namespace inkling::ingest
