#pragma once

#include <string_view>

namespace inkling::ingest {

// True if the line consists of key=value pairs, at least two, one of which is a level, a message or
// a time: logfmt as logrus, go-kit, slog and Heroku write it. A pure function of the line.
bool is_logfmt(std::string_view line);

struct LogfmtPair {
  std::string_view key;
  std::string_view value = {};  // without quotes, still escaped
  bool quoted = false;
  bool escaped = false;
};

// Takes the next pair off the front. False at the end, or where there is none; then `text` is not
// empty.
bool take_logfmt_pair(std::string_view& text, LogfmtPair& pair);

}  // namespace inkling::ingest
