#include "ingest/lines/clean_text.h"

#include <cstdint>
#include <cstring>

#include "core/utf8.h"

namespace inkling::ingest {
namespace {

// True if all bytes are printable ASCII, tabs or line ends.
bool is_plain(std::string_view text) {
  // Without branches, so that the compiler makes it SIMD.
  unsigned odd = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    odd |= static_cast<unsigned>(byte < 0x20 && byte != '\t' && byte != '\n') |
           static_cast<unsigned>(byte >= 0x7F);
  }
  return odd == 0;
}

// Bytes of the escape sequence at the front (which begins with ESC). Source: ECMA-48, section 5.4;
// OSC ends with BEL or ESC "\".
std::size_t escape_size(std::string_view text) {
  if (text.size() < 2) return 1;
  std::size_t at = 2;
  if (text[1] == '[') {
    while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3F) ++at;
    return at < text.size() && text[at] >= 0x40 && text[at] <= 0x7E ? at + 1 : at;
  }
  if (text[1] == ']') {
    while (at < text.size() && at < 256 && text[at] != '\a' && text[at] != '\x1b') ++at;
    if (at + 1 < text.size() && text[at] == '\x1b' && text[at + 1] == '\\') return at + 2;
    return at < text.size() && text[at] == '\a' ? at + 1 : at;
  }
  return text[1] >= 0x40 && text[1] <= 0x5F ? 2 : 1;
}

}  // namespace

CleanText clean_text(std::string_view text, Arena& arena) {
  if (is_plain(text)) return {.text = text};
  // Valid UTF-8 without control characters stays as it is.
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  char* copy = nullptr;
  std::size_t size = 0;
  std::size_t at = 0;
  const auto begin_copy = [&] {
    if (copy != nullptr) return;
    copy = arena.allocate(text.size() * kReplacement.size());
    std::memcpy(copy, text.data(), at);
    size = at;
  };
  while (at < text.size()) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      begin_copy();
      at += c == '\x1b' ? escape_size(text.substr(at)) : 1;
      continue;
    }
    if (byte == 0x7F) {
      begin_copy();
      ++at;
      continue;
    }
    const std::size_t length = front_code_point(text.substr(at)).length;
    if (length == 0) {
      begin_copy();
      std::memcpy(copy + size, kReplacement.data(), kReplacement.size());
      size += kReplacement.size();
      ++at;
      continue;
    }
    if (copy != nullptr) {
      std::memcpy(copy + size, text.data() + at, length);
      size += length;
    }
    at += length;
  }
  if (copy == nullptr) return {.text = text};
  arena.shrink_last(text.size() * kReplacement.size() - size);
  return {.text = {copy, size}, .changed = true};
}

}  // namespace inkling::ingest
