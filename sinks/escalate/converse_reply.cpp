#include "sinks/escalate/converse_reply.h"

#include <fmt/format.h>

#include <utility>

#include "core/json_writer.h"
#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

// A JSON tree as text again: the tool input is kept as it is told.
void write_value(JsonWriter& w, const JsonValue& value) {
  if (value.is_object()) {
    w.begin_object();
    for (const auto& [name, member] : value.object()) {
      w.key(name);
      write_value(w, member);
    }
    w.end_object();
  } else if (value.is_array()) {
    w.begin_array();
    for (const JsonValue& element : value.array()) write_value(w, element);
    w.end_array();
  } else if (value.is_string()) {
    w.value(value.text());
  } else if (value.is_bool()) {
    w.value(value.boolean());
  } else if (value.is_number()) {
    w.value(value.number());
  } else {
    w.null();
  }
}

}  // namespace

Result<ConverseReply> read_converse_reply(std::string_view body, std::string_view tool) {
  INKLING_TRY_ASSIGN(const JsonValue reply, parse_json(body));
  const JsonValue* content = reply.find("output", "message", "content");
  if (content == nullptr || !content->is_array()) {
    return fail(ErrorCode::kBadInput, "converse: the reply has no output.message.content");
  }
  ConverseReply found;
  found.stop_reason = reply.text_of({"stopReason"});
  found.usage = read_usage(reply);
  for (const JsonValue& block : content->array()) {
    const JsonValue* use = block.find("toolUse");
    if (use == nullptr || use->text_of({"name"}) != tool || !found.tool_input.empty()) continue;
    found.tool_use_id = use->text_of({"toolUseId"});
    if (const JsonValue* input = use->find("input")) {
      JsonWriter w;
      write_value(w, *input);
      found.tool_input = w.take();
    }
  }
  return found;
}

ConverseStreamReader::ConverseStreamReader(std::string tool,
                                           std::function<void(std::string_view)> on_text)
    : tool_(std::move(tool)), on_text_(std::move(on_text)) {}

Result<void> ConverseStreamReader::feed(std::string_view bytes) {
  INKLING_TRY_ASSIGN(const auto messages, decoder_.feed(bytes));
  for (const StreamMessage& message : messages) INKLING_TRY(take(message));
  return {};
}

Result<void> ConverseStreamReader::take(const StreamMessage& message) {
  const std::string_view kind = message.header(":message-type");
  const auto payload = parse_json(message.payload.empty() ? "{}" : message.payload);
  if (kind == "exception" || kind == "error") {
    const std::string_view name =
        kind == "exception" ? message.header(":exception-type") : message.header(":error-code");
    const std::string_view said = payload ? payload->text_of({"message"}) : std::string_view();
    return fail(ErrorCode::kUnavailable,
                fmt::format("{}: {}", clean_text(name, 60), clean_text(said, 200)));
  }
  if (!payload) return fail(ErrorCode::kBadInput, "converse: an event of the stream is no JSON");
  const std::string_view event = message.header(":event-type");
  const JsonValue* index = payload->find("contentBlockIndex");
  const std::int64_t block = index ? index->integer(-1) : -1;
  if (event == "contentBlockStart") {
    const JsonValue* use = payload->find("start", "toolUse");
    if (use != nullptr && use->text_of({"name"}) == tool_ && tool_block_ < 0) {
      tool_block_ = block;
      reply_.tool_use_id = use->text_of({"toolUseId"});
    }
  } else if (event == "contentBlockDelta" && block == tool_block_) {
    const JsonValue* input = payload->find("delta", "toolUse", "input");
    if (input != nullptr) {
      reply_.tool_input += input->text();
      if (on_text_) on_text_(input->text());
    }
  } else if (event == "messageStop") {
    reply_.stop_reason = payload->text_of({"stopReason"});
    ended_ = true;
  } else if (event == "metadata") {
    reply_.usage = read_usage(*payload);
  }
  return {};
}

Result<ConverseReply> ConverseStreamReader::finish() {
  if (!ended_ || !decoder_.at_boundary()) {
    return fail(ErrorCode::kUnavailable, "converse: the stream ended before its end");
  }
  return std::move(reply_);
}

}  // namespace inkling::sinks
