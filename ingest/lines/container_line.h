#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/arena.h"

namespace inkling::ingest {

// A line as container runtimes write it (CRI): "2024-06-14T10:11:12.5Z stdout F text". What an
// application wrote in one line of more than 16 KiB comes as several: all but the last say P.
struct ContainerLine {
  std::string_view text;
  bool is_error_stream = false;
  bool is_part = false;  // more of it follows
};

// Nothing if the line is none of these. Costs a look at two bytes for other lines. Thread-safe.
std::optional<ContainerLine> read_container_line(std::string_view line);

// Puts the parts of such a line together again: those that follow directly, of one stream. Lines of
// the other stream between them end it, so that where a frame is cut changes nothing.
// Not thread-safe: one per frame.
class ContainerJoiner {
 public:
  struct Joined {
    std::string_view line;    // in the arena: all texts behind the head of the first part
    std::uint32_t first = 0;  // number of the first part
    std::uint32_t parts = 0;
  };

  // Whether a line follows on the open parts.
  bool is_open() const { return !texts_.empty(); }
  bool goes_on_with(std::string_view line) const;
  // Takes a line that goes on, or the first part of one; false if it is neither.
  bool take(std::string_view line, std::uint32_t number);
  // Whether the last part was taken (or there are too many): then finish().
  bool is_whole() const { return is_whole_; }
  Joined finish(Arena& arena);

 private:
  std::vector<std::string_view> texts_;
  std::string_view head_;  // of the first part, up to its text
  std::uint32_t first_ = 0;
  bool is_error_stream_ = false;
  bool is_whole_ = false;
};

}  // namespace inkling::ingest
