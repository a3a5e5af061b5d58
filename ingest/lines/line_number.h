#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace inkling::ingest {

// A word of a line as a number; nothing if it is none.
inline std::optional<double> number_in_line(std::string_view word) {
  double number = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc() || rest != end || word.empty()) return std::nullopt;
  return number;
}

}  // namespace inkling::ingest
