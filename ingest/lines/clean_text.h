#pragma once

#include <string_view>

#include "core/arena.h"

namespace inkling::ingest {

struct CleanText {
  std::string_view text;
  bool changed = false;
};

// A text that can be shown: without the escape sequences of terminals (colours), without other
// control characters but tabs and line ends, and with U+FFFD for each byte that is no UTF-8. A
// view of `text` where nothing had to change (one pass over it), else copied to the arena.
CleanText clean_text(std::string_view text, Arena& arena);

}  // namespace inkling::ingest
