#include "ingest/json_splitter.h"

#include <cstring>

#include "ingest/json_scan.h"
#include "ingest/lines.h"

namespace inkling::ingest {

JsonSplitter::JsonSplitter(std::string_view bytes)
    : at_(without_mark(bytes).data()), end_(bytes.data() + bytes.size()) {}

const char* JsonSplitter::line_end(const char* at) const {
  const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end_ - at));
  return newline == nullptr ? end_ : static_cast<const char*>(newline);
}

std::optional<JsonSplitter::Piece> JsonSplitter::next() {
  for (; at_ < end_; ++at_) {
    const char c = *at_;
    constexpr char kRecordSeparator = '\x1E';  // RFC 7464
    if (is_json_space(c) || c == ',' || c == kRecordSeparator) continue;
    if (by_line_ && (c == '[' || c == ']')) continue;
    if (c == '[' && !in_array_) {
      in_array_ = true;
    } else if (c == ']' && in_array_) {
      in_array_ = false;
    } else {
      break;
    }
  }
  if (at_ >= end_) {
    if (!in_array_) return std::nullopt;
    in_array_ = false;  // the body breaks off behind an element
    return Piece{{end_, 0}, false};
  }
  const char* const begin = at_;
  const char* value_end = find_value_end(begin, by_line_ ? line_end(begin) : end_);
  const bool whole = value_end != nullptr;
  if (!whole) {
    by_line_ = true;
    in_array_ = false;
    value_end = line_end(begin);
  }
  at_ = value_end;
  return Piece{{begin, static_cast<std::size_t>(value_end - begin)}, whole};
}

}  // namespace inkling::ingest
