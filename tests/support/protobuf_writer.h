#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inkling {

// Writes protobuf messages field by field, independently of what reads them:
//   ProtobufWriter().text(1, "name").real(4, 0.5).bytes()
class ProtobufWriter {
 public:
  ProtobufWriter& varint(std::uint32_t field, std::uint64_t value) {
    put_varint(std::uint64_t{field} << 3);
    put_varint(value);
    return *this;
  }
  ProtobufWriter& fixed64(std::uint32_t field, std::uint64_t value) {
    put_varint(std::uint64_t{field} << 3 | 1);
    put_fixed(value, 8);
    return *this;
  }
  ProtobufWriter& real(std::uint32_t field, double value) {
    return fixed64(field, std::bit_cast<std::uint64_t>(value));
  }
  ProtobufWriter& fixed32(std::uint32_t field, std::uint32_t value) {
    put_varint(std::uint64_t{field} << 3 | 5);
    put_fixed(value, 4);
    return *this;
  }
  // sint32 and sint64.
  ProtobufWriter& zigzag(std::uint32_t field, std::int64_t value) {
    const auto sign = static_cast<std::uint64_t>(value < 0 ? -1 : 0);
    return varint(field, (static_cast<std::uint64_t>(value) << 1) ^ sign);
  }
  ProtobufWriter& text(std::uint32_t field, std::string_view value) {
    put_varint(std::uint64_t{field} << 3 | 2);
    put_varint(value.size());
    bytes_.append(value);
    return *this;
  }
  ProtobufWriter& message(std::uint32_t field, const ProtobufWriter& value) {
    return text(field, value.bytes_);
  }
  ProtobufWriter& packed_fixed64(std::uint32_t field, const std::vector<std::uint64_t>& values) {
    ProtobufWriter packed;
    for (const std::uint64_t value : values) packed.put_fixed(value, 8);
    return message(field, packed);
  }
  ProtobufWriter& packed_reals(std::uint32_t field, const std::vector<double>& values) {
    ProtobufWriter packed;
    for (const double value : values) packed.put_fixed(std::bit_cast<std::uint64_t>(value), 8);
    return message(field, packed);
  }
  ProtobufWriter& packed_varints(std::uint32_t field, const std::vector<std::uint64_t>& values) {
    ProtobufWriter packed;
    for (const std::uint64_t value : values) packed.put_varint(value);
    return message(field, packed);
  }
  // A varint without a field, e.g. a length.
  ProtobufWriter& put_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void put_fixed(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  }
  std::string bytes_;
};

}  // namespace inkling
