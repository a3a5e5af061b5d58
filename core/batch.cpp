#include "core/batch.h"

namespace inkling {

std::string_view parse_error_name(ParseError error) {
  switch (error) {
    case ParseError::kNone:
      return "none";
    case ParseError::kBadJson:
      return "bad_json";
    case ParseError::kNotAnObject:
      return "not_an_object";
    case ParseError::kUnknownShape:
      return "unknown_shape";
    case ParseError::kBadTime:
      return "bad_time";
    case ParseError::kBadValue:
      return "bad_value";
    case ParseError::kBadColumns:
      return "bad_columns";
    case ParseError::kOverlong:
      return "overlong";
    case ParseError::kTooDeep:
      return "too_deep";
    case ParseError::kBadEncoding:
      return "bad_encoding";
    case ParseError::kBadMessage:
      return "bad_message";
  }
  return "none";
}

void Batch::reset() {
  chunk.preamble.reset();
  chunk.origin_name.reset();
  chunk.attributes.reset();
  chunk.bytes.clear();
  inflated.clear();
  arena.reset();
  logs.clear();
  points.clear();
  labels.clear();
  changes.clear();
  alarms.clear();
  calls.clear();
  broken.clear();
  lines = 0;
  empty_lines = 0;
  joined_lines = 0;
  cleaned_lines = 0;
  extra_events = 0;
  header_lines = 0;
  span_lines = 0;
  min_time = Timestamp::none();
  max_time = Timestamp::none();
}

}  // namespace inkling
