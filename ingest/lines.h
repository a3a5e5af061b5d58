#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace inkling::ingest {

// The physical line that `bytes` begin with, without its "\n" or "\r\n".
inline std::string_view line_at_front(std::string_view bytes) {
  const auto* newline = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
  std::size_t size = newline ? static_cast<std::size_t>(newline - bytes.data()) : bytes.size();
  if (size > 0 && bytes[size - 1] == '\r') --size;
  return bytes.substr(0, size);
}

// Where the next line begins, if a line ends at `p`.
inline const char* behind_line(const char* p, const char* end) {
  if (p < end && *p == '\r') ++p;
  return p < end ? p + 1 : end;
}

// Calls visit(line, number) for each physical line: without its "\n" or "\r\n", numbered from 0.
// The last line needs no "\n". Returns how many lines there were.
template <class Visit>
std::uint32_t for_each_line(std::string_view bytes, Visit&& visit) {
  std::uint32_t number = 0;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const auto* newline =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    const char* const line_end = newline ? newline : end;
    std::size_t size = static_cast<std::size_t>(line_end - at);
    if (size > 0 && at[size - 1] == '\r') --size;
    visit(std::string_view(at, size), number++);
    at = line_end + 1;
  }
  return number;
}

// True if there is nothing but white space.
inline bool is_blank(std::string_view line) {
  for (const char c : line) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return false;
  }
  return true;
}

// The bytes without a UTF-8 byte order mark in front.
inline std::string_view without_mark(std::string_view bytes) {
  return bytes.substr(0, 3) == "\xEF\xBB\xBF" ? bytes.substr(3) : bytes;
}

}  // namespace inkling::ingest
