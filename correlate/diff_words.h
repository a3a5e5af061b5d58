#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "correlate/diff_reader.h"
#include "correlate/text_tokens.h"

namespace inkling::correlate {

// Lines that change what runs: neither comment nor log statement.
inline bool counts(const DiffLine& line) {
  return line.kind == LineKind::kCode || line.kind == LineKind::kConfig;
}

// True if one of the words of `text` is in `list`.
template <std::size_t N>
bool mentions(std::string_view text, const std::array<std::string_view, N>& list) {
  const auto words = split_words(text);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  });
}

// The first 80 bytes, for a reason in words.
inline std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  return text.size() <= kLongest ? std::string(text) : std::string(text.substr(0, kLongest)) + "…";
}

}  // namespace inkling::correlate
