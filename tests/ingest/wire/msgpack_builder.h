#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace inkling::ingest::pack {

// MessagePack as a client writes it: the shortest form, written after the specification alone.

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}
inline std::string byte(unsigned value) { return std::string(1, static_cast<char>(value)); }

inline std::string nil() { return byte(0xC0); }
inline std::string boolean(bool value) { return byte(value ? 0xC3 : 0xC2); }
inline std::string integer(std::int64_t value) {
  if (value >= 0 && value < 128) return byte(static_cast<unsigned>(value));
  if (value < 0 && value >= -32) return byte(static_cast<unsigned>(value + 256));
  if (value < 0) return byte(0xD3) + big_endian(static_cast<std::uint64_t>(value), 8);
  if (value < 256) return byte(0xCC) + big_endian(static_cast<std::uint64_t>(value), 1);
  if (value < 65536) return byte(0xCD) + big_endian(static_cast<std::uint64_t>(value), 2);
  if (value < 4294967296) return byte(0xCE) + big_endian(static_cast<std::uint64_t>(value), 4);
  return byte(0xCF) + big_endian(static_cast<std::uint64_t>(value), 8);
}
inline std::string real(double value) {
  return byte(0xCB) + big_endian(std::bit_cast<std::uint64_t>(value), 8);
}
inline std::string text(std::string_view value) {
  const std::size_t size = value.size();
  const std::string head = size < 32      ? byte(0xA0 + static_cast<unsigned>(size))
                           : size < 256   ? byte(0xD9) + big_endian(size, 1)
                           : size < 65536 ? byte(0xDA) + big_endian(size, 2)
                                          : byte(0xDB) + big_endian(size, 4);
  return head + std::string(value);
}
inline std::string binary(std::string_view value) {
  const std::size_t size = value.size();
  const std::string head = size < 256     ? byte(0xC4) + big_endian(size, 1)
                           : size < 65536 ? byte(0xC5) + big_endian(size, 2)
                                          : byte(0xC6) + big_endian(size, 4);
  return head + std::string(value);
}
inline std::string array_head(std::size_t count) {
  return count < 16 ? byte(0x90 + static_cast<unsigned>(count)) : byte(0xDC) + big_endian(count, 2);
}
inline std::string array(std::initializer_list<std::string> elements) {
  std::string out = array_head(elements.size());
  for (const std::string& element : elements) out += element;
  return out;
}
// Keys as text, values packed.
inline std::string map(std::initializer_list<std::pair<std::string_view, std::string>> members) {
  std::string out = members.size() < 16 ? byte(0x80 + static_cast<unsigned>(members.size()))
                                        : byte(0xDE) + big_endian(members.size(), 2);
  for (const auto& [key, value] : members) out += text(key) + value;
  return out;
}
// EventTime as fixext 8, as Fluent Bit and Fluentd write it.
inline std::string event_time(std::uint32_t seconds, std::uint32_t nanos) {
  return byte(0xD7) + byte(0) + big_endian(seconds, 4) + big_endian(nanos, 4);
}
// The same as ext 8.
inline std::string event_time_long(std::uint32_t seconds, std::uint32_t nanos) {
  return byte(0xC7) + byte(8) + byte(0) + big_endian(seconds, 4) + big_endian(nanos, 4);
}

}  // namespace inkling::ingest::pack
