#pragma once

#include <cstddef>
#include <string_view>

#include "core/level.h"

namespace inkling::ingest {

// The level a word of a header stands for, any case; kUnknown if it is none. Besides those of
// parse_level the short forms of Serilog ("INF", "VRB"), .NET ("dbug", "fail"), MySQL ("Note"),
// Postgres ("LOG", "DEBUG1"). No single letters.
Level header_level(std::string_view word);

// The level of a letter in the layouts that have one ("I", "W"; klog, logcat, Rails, tornado).
Level letter_level(char letter);

struct FoundLevel {
  Level level = Level::kUnknown;
  std::size_t size = 0;  // bytes of it with what encloses it and a ":" behind, 0 = there is none
};

// Reads a level that a header holds at this place: "[INFO]", "<warn>", "ERROR:", "INFO ", "info\t",
// "[error]:". A word in small letters counts only if something marks it as a level, for it may be
// the first word of the message. `marked`: something does already, e.g. columns.
FoundLevel find_level(std::string_view text, bool marked);

}  // namespace inkling::ingest
