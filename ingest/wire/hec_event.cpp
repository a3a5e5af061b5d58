#include "ingest/wire/hec_event.h"

#include "ingest/lines.h"

namespace inkling::ingest {

HecEvent read_hec_event(std::string_view object) {
  HecEvent read;
  JsonToken time;
  JsonCursor cursor(object);
  if (!cursor.begin_object()) {
    read.flaw = HecFlaw::kBadFormat;
    return read;
  }
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (*key == "event") {
      read.event = token;
    } else if (*key == "time") {
      time = token;
    } else if (*key == "fields" && token.kind == JsonKind::kObject) {
      read.fields = token.text;
    }
  }
  const bool says_time =
      time.kind == JsonKind::kNumber || (time.kind == JsonKind::kString && !is_blank(time.text));
  if (says_time) {
    // Seconds, or by their size milliseconds and less, which careless clients send.
    const auto parsed = parse_timestamp(time.text);
    if (parsed) read.time = *parsed;
    if (!parsed) read.flaw = HecFlaw::kBadFormat;
  }
  if (cursor.failed() || !cursor.at_end()) {
    read.flaw = HecFlaw::kBadFormat;
  } else if (read.event.kind == JsonKind::kNone || read.event.kind == JsonKind::kNull) {
    read.flaw = HecFlaw::kNoEvent;
  } else if (read.event.kind == JsonKind::kString && is_blank(read.event.text)) {
    read.flaw = HecFlaw::kBlankEvent;
  }
  return read;
}

}  // namespace inkling::ingest
