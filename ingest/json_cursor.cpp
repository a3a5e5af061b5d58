#include "ingest/json_cursor.h"

#include "ingest/json_scan.h"

namespace inkling::ingest {

void JsonCursor::skip_space() {
  while (at_ < end_ && is_json_space(*at_)) ++at_;
}

bool JsonCursor::fail() {
  failed_ = true;
  return false;
}

JsonKind JsonCursor::peek() {
  skip_space();
  if (at_ == end_ || failed_) return JsonKind::kNone;
  switch (*at_) {
    case '{':
      return JsonKind::kObject;
    case '[':
      return JsonKind::kArray;
    case '"':
      return JsonKind::kString;
    case 't':
      return JsonKind::kTrue;
    case 'f':
      return JsonKind::kFalse;
    case 'n':
      return JsonKind::kNull;
    default:
      return *at_ == '-' || (*at_ >= '0' && *at_ <= '9') ? JsonKind::kNumber : JsonKind::kNone;
  }
}

bool JsonCursor::begin(char bracket) {
  skip_space();
  if (failed_ || at_ == end_ || *at_ != bracket) return false;
  ++at_;
  first_ = true;
  return true;
}

bool JsonCursor::begin_object() { return begin('{'); }
bool JsonCursor::begin_array() { return begin('['); }

std::optional<std::string_view> JsonCursor::next_key() {
  skip_space();
  if (failed_ || at_ == end_) {
    fail();
    return std::nullopt;
  }
  if (*at_ == '}') {
    ++at_;
    first_ = false;
    return std::nullopt;
  }
  if (!first_) {
    if (*at_ != ',') {
      fail();
      return std::nullopt;
    }
    ++at_;
    skip_space();
  }
  if (at_ == end_ || *at_ != '"') {
    fail();
    return std::nullopt;
  }
  const char* const begin = at_ + 1;
  const char* const quote = find_string_end(begin, end_);
  if (quote == nullptr) {
    fail();
    return std::nullopt;
  }
  at_ = quote + 1;
  skip_space();
  if (at_ == end_ || *at_ != ':') {
    fail();
    return std::nullopt;
  }
  ++at_;
  return std::string_view(begin, static_cast<std::size_t>(quote - begin));
}

bool JsonCursor::next_element() {
  skip_space();
  if (failed_ || at_ == end_) return fail();
  if (*at_ == ']') {
    ++at_;
    first_ = false;
    return false;
  }
  if (!first_) {
    if (*at_ != ',') return fail();
    ++at_;
  }
  first_ = false;
  return true;
}

JsonToken JsonCursor::value() {
  const JsonKind kind = peek();
  const char* const begin = at_;
  const char* const value_end = kind == JsonKind::kNone ? nullptr : find_value_end(begin, end_);
  if (value_end == nullptr) {
    fail();
    return {};
  }
  std::string_view text(begin, static_cast<std::size_t>(value_end - begin));
  const bool is_word = (kind == JsonKind::kTrue && text == "true") ||
                       (kind == JsonKind::kFalse && text == "false") ||
                       (kind == JsonKind::kNull && text == "null");
  if (kind >= JsonKind::kTrue && !is_word) {
    fail();
    return {};
  }
  if (kind == JsonKind::kString) text = text.substr(1, text.size() - 2);
  at_ = value_end;
  first_ = false;
  return {kind, text};
}

bool JsonCursor::at_end() {
  skip_space();
  return !failed_ && at_ == end_;
}

}  // namespace inkling::ingest
