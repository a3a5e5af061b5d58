#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/json.h"
#include "core/result.h"
#include "sinks/escalate/event_stream.h"
#include "sinks/escalate/usage.h"

namespace inkling::sinks {

// What is taken from a reply of Converse or ConverseStream.
struct ConverseReply {
  std::string stop_reason;  // "tool_use" if all is well
  std::string tool_use_id;
  std::string tool_input;  // JSON as text; "" = the tool was not called
  Usage usage;
};

// Reads the body of a Converse reply; content blocks of other kinds are skipped. kBadInput if it
// is no such reply.
Result<ConverseReply> read_converse_reply(std::string_view body, std::string_view tool);

// Puts the messages of a ConverseStream reply together. Not thread-safe: one owner.
class ConverseStreamReader {
 public:
  // `on_text` is told the parts of the tool input as they come; may be empty.
  ConverseStreamReader(std::string tool, std::function<void(std::string_view)> on_text);

  // kBadInput for broken bytes; kUnavailable, with its name first, for an exception in the stream.
  Result<void> feed(std::string_view bytes);
  // The whole reply; kUnavailable if the stream ended before its end.
  Result<ConverseReply> finish();

 private:
  Result<void> take(const StreamMessage& message);

  const std::string tool_;
  const std::function<void(std::string_view)> on_text_;
  EventStreamDecoder decoder_;
  ConverseReply reply_;
  std::int64_t tool_block_ = -1;  // index of the content block that calls the tool
  bool ended_ = false;
};

}  // namespace inkling::sinks
