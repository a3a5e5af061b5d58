#include "ingest/wire/json_scanner.h"

namespace inkling::ingest {

JsonScanner::Status JsonScanner::scan(std::string_view bytes) {
  if (!bytes.empty() && bytes[0] != '{' && bytes[0] != '[') return Status::kBad;
  while (at_ < bytes.size()) {
    if (at_ >= max_bytes_) return Status::kBad;
    const char c = bytes[at_++];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      continue;
    }
    if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      return Status::kDone;
    }
  }
  return Status::kNeedMore;
}

void JsonScanner::reset() {
  at_ = 0;
  depth_ = 0;
  in_string_ = false;
  escaped_ = false;
}

}  // namespace inkling::ingest
