#pragma once

#include <optional>
#include <string_view>

namespace inkling::ingest {

// Cuts a body of JSON values into its values: the elements of an array, objects one behind the
// other with or without anything between them, or both in turns.
//
//   [{"a":1},{"a":2}]      {"a":1}{"a":2}      {"a":1}\n{"a":2}\n
//
// Only strings and brackets are looked at; whether a value is JSON is for its reader to say. From
// the first value that does not close on, each line is cut for itself, so that a broken one harms
// no other line. Cost: each byte is looked at twice at most. Not thread-safe: one owner.
class JsonSplitter {
 public:
  struct Piece {
    std::string_view text;
    bool whole = true;  // false: what is left of a line in which a value does not close
  };

  // The bytes outlive the splitter and what it gives.
  explicit JsonSplitter(std::string_view bytes);

  // The next value; nothing behind the last one.
  std::optional<Piece> next();

 private:
  const char* line_end(const char* at) const;

  const char* at_;
  const char* const end_;
  bool by_line_ = false;
  bool in_array_ = false;
};

}  // namespace inkling::ingest
