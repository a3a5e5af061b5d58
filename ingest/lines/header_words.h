#pragma once

#include <cstddef>
#include <string_view>

#include "ingest/lines/time_cursor.h"

namespace inkling::ingest {

// The pieces that the header of a line is made of.

inline constexpr std::size_t kMostHeaderWordBytes = 100;

constexpr bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }

// What a word up to white space, "|" or a bracket is made of.
struct HeaderWord {
  std::string_view text;  // without a ":" at its end
  bool colon = false;     // one stands there
  bool names_only = true;
  bool has_digit = false;
  bool has_dot = false;
  bool has_lower = false;
  bool all_digits = true;
  char next = '\0';      // behind it and its colon
  std::size_t size = 0;  // with the colon
};

HeaderWord header_word_at(std::string_view text);

// Size of "[...]" or "(...)" with what nests in it; 0 if it does not end soon.
std::size_t header_block_size(std::string_view text);

}  // namespace inkling::ingest
