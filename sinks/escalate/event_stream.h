#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace inkling::sinks {

// One message of an AWS event stream.
struct StreamMessage {
  std::vector<std::pair<std::string, std::string>> headers;  // those that are texts
  std::string payload;

  std::string_view header(std::string_view name) const;
};

// Takes application/vnd.amazon.eventstream apart as it comes:
//
//   u32 total | u32 headers | u32 crc32(first 8 bytes) | headers | payload | u32 crc32(all before)
//
// all big-endian; a header is u8 length, name, u8 type (7: text), u16 length, text. Not
// thread-safe: one owner.
class EventStreamDecoder {
 public:
  static constexpr std::size_t kMaxMessage = 16u << 20;  // the longest that AWS sends

  // The messages that are whole now. kBadInput for a CRC that is wrong or lengths that cannot be;
  // then nothing more can be read.
  Result<std::vector<StreamMessage>> feed(std::string_view bytes);

  // Whether the bytes so far end at the end of a message.
  bool at_boundary() const { return pending_.empty(); }

 private:
  std::string pending_;
};

// Writes one, for servers in tests.
std::string encode_stream_message(const StreamMessage& message);

// CRC-32 of IEEE 802.3, as zlib has it.
std::uint32_t crc32_ieee(std::string_view bytes);

}  // namespace inkling::sinks
