#include "ingest/wire/cloudwatch_logs.h"

#include <charconv>
#include <optional>

#include "ingest/json_scan.h"
#include "ingest/lines.h"

namespace inkling::ingest {
namespace {

// Milliseconds as CloudWatch writes them.
std::optional<Timestamp> read_millis(std::string_view text) {
  std::int64_t ms = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, ms);
  std::int64_t ns = 0;
  if (error != std::errc() || rest != end || __builtin_mul_overflow(ms, 1'000'000, &ns)) {
    return std::nullopt;
  }
  return Timestamp::from_ns(ns);
}

std::string_view without_line_break(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view service_of_log_group(std::string_view group) {
  for (const std::string_view prefix :
       {"/aws/lambda/", "/aws/ecs/", "/ecs/", "/aws/codebuild/", "/aws/apprunner/"}) {
    if (group.starts_with(prefix) && group.size() > prefix.size()) {
      return group.substr(prefix.size());
    }
  }
  return group;
}

bool CloudWatchLogs::is_one(std::string_view object) {
  return object.find("\"messageType\"") != std::string_view::npos &&
         object.find("\"logEvents\"") != std::string_view::npos;
}

void CloudWatchLogs::read(std::string_view object, std::string_view service, Batch& batch) {
  // Looked through once for what holds for all events, because members may come in any order.
  std::string_view events;
  Envelope group;
  group.service = service;
  bool is_control = false;
  JsonCursor cursor(object);
  if (cursor.begin_object()) {
    while (const auto key = cursor.next_key()) {
      const JsonToken token = cursor.value();
      if (*key == "logEvents" && token.kind == JsonKind::kArray) {
        events = token.text;
      } else if (*key == "messageType") {
        is_control = token.text == "CONTROL_MESSAGE";
      } else if (*key == "logGroup" && token.kind == JsonKind::kString && service.empty()) {
        group.service = service_of_log_group(unescape_json(token.text, batch.arena));
      }
    }
  }
  if (cursor.failed()) {
    batch.broken.push_back({batch.lines++, ParseError::kBadJson, object});
    return;
  }
  const std::uint32_t before = batch.lines;
  if (!is_control && !events.empty()) {
    JsonCursor list(events);
    read_events(list, group, batch);
  }
  if (batch.lines == before) {  // a document without an event
    ++batch.lines;
    ++batch.empty_lines;
  }
}

void CloudWatchLogs::read_events(JsonCursor& cursor, const Envelope& group, Batch& batch) {
  if (!cursor.begin_array()) return;
  while (cursor.next_element()) {
    const JsonToken event = cursor.value();
    if (cursor.failed()) break;
    const std::uint32_t record = batch.lines++;
    const ParseError error = read_event(event.text, group, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, event.text});
  }
  if (cursor.failed()) {
    batch.broken.push_back({batch.lines++, ParseError::kBadJson, cursor.rest()});
  }
}

ParseError CloudWatchLogs::read_event(std::string_view event, Envelope envelope,
                                      std::uint32_t record, Batch& batch) {
  JsonToken message;
  std::optional<Timestamp> time;
  JsonCursor cursor(event);
  if (!cursor.begin_object()) return ParseError::kNotAnObject;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (*key == "message") message = token;
    if (*key == "timestamp") time = read_millis(token.text);
  }
  if (cursor.failed()) return ParseError::kBadJson;
  if (message.kind != JsonKind::kString) return ParseError::kUnknownShape;
  if (!time) return ParseError::kBadTime;
  const std::string_view line = without_line_break(unescape_json(message.text, batch.arena));
  if (is_blank(line)) {
    ++batch.empty_lines;
    return ParseError::kNone;
  }
  envelope.time = *time;
  return lines_.add(line, envelope, record, batch);
}

}  // namespace inkling::ingest
