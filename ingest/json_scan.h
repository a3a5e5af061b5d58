#pragma once

#include <cstdint>
#include <string_view>

#include "core/arena.h"

namespace inkling::ingest {

// Where things end in JSON text, found without parsing it: for envelopes whose records are handed
// on as they are. Nothing is read at or behind `end`. All are thread-safe.

// Arrays and objects inside one another; deeper ones have no end.
inline constexpr int kMaxScanDepth = 512;

// The closing quote of the string whose content begins at `at`; null if it has none, or a line
// break before it (which JSON does not allow: so a lost quote costs its line and not the body).
const char* find_string_end(const char* at, const char* end);

// Behind the value that begins at `at` (no white space there); null if it breaks off, closes what
// is not open, or is none. Only strings and brackets are looked at.
const char* find_value_end(const char* at, const char* end);

// True if the text is one object and nothing but white space around it.
bool is_one_object(std::string_view text);

// The text of a JSON string given without its quotes: itself if it has no escape, else a copy with
// readable padding (PaddedBuffer::kPadding) behind it. What is no escape stays as it is.
std::string_view unescape_json(std::string_view raw, Arena& arena);

// Writes a code point as UTF-8, at most 4 bytes; half of a surrogate pair, and what is beyond
// U+10FFFF, as U+FFFD. Returns where it ends.
char* put_utf8(char* out, std::uint32_t code);

constexpr bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace inkling::ingest
