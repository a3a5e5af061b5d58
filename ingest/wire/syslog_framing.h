#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inkling::ingest {

// The next message of a syslog stream (RFC 6587), in either framing, told message by message: with
// a length in front ("5 <1>ab") if it begins with a digit from 1 to 9, else up to a line feed or
// NUL.
struct SyslogPiece {
  enum class Kind : std::uint8_t {
    kMessage,
    kNothing,   // `used` bytes are filler between messages
    kNeedMore,  // the message is not whole yet
    kTooLong,   // `used` bytes of it are here, `missing` are still to come
  };
  Kind kind = Kind::kNeedMore;
  std::string_view message = {};
  std::size_t used = 0;
  std::size_t missing = 0;       // kTooLong with a length; else up to the next line feed
  bool until_line_feed = false;  // kTooLong without a length
};

// `at_end`: nothing follows, so the last line needs no line feed.
SyslogPiece next_syslog_message(std::string_view bytes, std::size_t max_message_bytes, bool at_end);

// Appends a message to bytes that next_syslog_message() reads back: as a line where that is clear,
// else with its length.
void append_syslog_message(std::string& bytes, std::string_view message);

}  // namespace inkling::ingest
