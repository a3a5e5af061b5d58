#include "sinks/escalate/event_stream.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace inkling::sinks {
namespace {

constexpr std::size_t kPrelude = 12;  // total, headers, CRC
constexpr std::size_t kTail = 4;      // CRC
constexpr std::uint8_t kText = 7;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}
constexpr auto kTable = make_table();

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// Bytes that a header value of that type takes, without the length of texts and bytes; -1: unknown.
int fixed_size(std::uint8_t type) {
  static constexpr std::array<int, 10> kSizes = {0, 0, 1, 2, 4, 8, -2, -2, 8, 16};
  return type < kSizes.size() ? kSizes[type] : -1;
}

Result<StreamMessage> read_message(std::string_view frame) {
  const auto broken = [] { return fail(ErrorCode::kBadInput, "event stream: broken header"); };
  StreamMessage message;
  const std::size_t headers = u32_at(frame, 4);
  std::string_view rest = frame.substr(kPrelude, headers);
  while (!rest.empty()) {
    const std::size_t name_size = static_cast<unsigned char>(rest[0]);
    if (rest.size() < 2 + name_size) return broken();
    const std::string_view name = rest.substr(1, name_size);
    const auto type = static_cast<std::uint8_t>(rest[1 + name_size]);
    rest.remove_prefix(2 + name_size);
    const int fixed = fixed_size(type);
    if (fixed == -1) return broken();
    std::size_t size = static_cast<std::size_t>(std::max(fixed, 0));
    if (fixed == -2) {
      if (rest.size() < 2) return broken();
      size = static_cast<std::size_t>(static_cast<unsigned char>(rest[0])) << 8 |
             static_cast<unsigned char>(rest[1]);
      rest.remove_prefix(2);
    }
    if (rest.size() < size) return broken();
    if (type == kText) message.headers.emplace_back(name, rest.substr(0, size));
    rest.remove_prefix(size);
  }
  message.payload = frame.substr(kPrelude + headers, frame.size() - kPrelude - headers - kTail);
  return message;
}

}  // namespace

std::uint32_t crc32_ieee(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU];
  }
  return ~crc;
}

std::string_view StreamMessage::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Result<std::vector<StreamMessage>> EventStreamDecoder::feed(std::string_view bytes) {
  pending_ += bytes;
  std::vector<StreamMessage> messages;
  std::size_t at = 0;
  while (pending_.size() - at >= kPrelude) {
    const std::string_view rest = std::string_view(pending_).substr(at);
    const std::size_t total = u32_at(rest, 0);
    const std::size_t headers = u32_at(rest, 4);
    if (crc32_ieee(rest.substr(0, 8)) != u32_at(rest, 8)) {
      return fail(ErrorCode::kBadInput, "event stream: the CRC of a prelude is wrong");
    }
    if (total > kMaxMessage || total < kPrelude + kTail || headers > total - kPrelude - kTail) {
      return fail(ErrorCode::kBadInput, "event stream: lengths that cannot be");
    }
    if (rest.size() < total) break;
    const std::string_view frame = rest.substr(0, total);
    if (crc32_ieee(frame.substr(0, total - kTail)) != u32_at(frame, total - kTail)) {
      return fail(ErrorCode::kBadInput, "event stream: the CRC of a message is wrong");
    }
    INKLING_TRY_ASSIGN(StreamMessage message, read_message(frame));
    messages.push_back(std::move(message));
    at += total;
  }
  pending_.erase(0, at);
  return messages;
}

std::string encode_stream_message(const StreamMessage& message) {
  std::string headers;
  for (const auto& [name, value] : message.headers) {
    headers.push_back(static_cast<char>(name.size()));
    headers += name;
    headers.push_back(static_cast<char>(kText));
    headers.push_back(static_cast<char>(value.size() >> 8));
    headers.push_back(static_cast<char>(value.size() & 0xFF));
    headers += value;
  }
  std::string out;
  put_u32(out,
          static_cast<std::uint32_t>(kPrelude + headers.size() + message.payload.size() + kTail));
  put_u32(out, static_cast<std::uint32_t>(headers.size()));
  put_u32(out, crc32_ieee(out));
  out += headers + message.payload;
  put_u32(out, crc32_ieee(out));
  return out;
}

}  // namespace inkling::sinks
