#include "ingest/wire/loki_labels.h"

#include <cstdint>
#include <optional>

#include "ingest/json_scan.h"

namespace inkling::ingest {
namespace {

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':' || c == '.' || c == '-';
}

int digit_of(char c, int base) {
  int digit = -1;
  if (c >= '0' && c <= '9') digit = c - '0';
  if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
  return digit < base ? digit : -1;
}

// Walks a selector.
class SelectorReader {
 public:
  SelectorReader(std::string_view text, Arena& arena) : rest_(text), arena_(arena) {}

  bool take(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }

  std::string_view take_name() {
    skip_space();
    std::size_t size = 0;
    while (size < rest_.size() && is_name_part(rest_[size])) ++size;
    return take_bytes(size);
  }

  std::optional<std::string_view> take_value() {
    if (take('`')) {
      const std::size_t end = rest_.find('`');
      if (end == std::string_view::npos) return std::nullopt;
      const std::string_view text = take_bytes(end);
      rest_.remove_prefix(1);
      return text;
    }
    if (!take('"')) return std::nullopt;
    std::size_t end = 0;
    bool escaped = false;
    while (end < rest_.size() && rest_[end] != '"') {
      const bool is_escape = rest_[end] == '\\';
      escaped |= is_escape;
      end += is_escape ? 2 : 1;
    }
    if (end >= rest_.size()) return std::nullopt;
    const std::string_view raw = take_bytes(end);
    rest_.remove_prefix(1);
    return escaped ? unescape_go(raw) : raw;
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }
  std::string_view take_bytes(std::size_t size) {
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  // What strconv.Unquote does: \a \b \f \n \r \t \v \\ \' \" \ooo \xhh \uhhhh \Uhhhhhhhh.
  std::optional<std::string_view> unescape_go(std::string_view raw) {
    char* const begin =
        arena_.allocate(raw.size());  // no escape is shorter than what it stands for
    std::size_t size = 0;
    for (std::size_t i = 0; i < raw.size();) {
      if (raw[i] != '\\') {
        begin[size++] = raw[i++];
        continue;
      }
      const char kind = i + 1 < raw.size() ? raw[i + 1] : '\0';
      constexpr std::string_view kSimple = "abfnrtv\\'\"";
      constexpr std::string_view kMeaning = "\a\b\f\n\r\t\v\\'\"";
      if (const std::size_t at = kSimple.find(kind); kind != '\0' && at != std::string_view::npos) {
        begin[size++] = kMeaning[at];
        i += 2;
        continue;
      }
      const bool is_octal = kind >= '0' && kind <= '7';
      const int base = is_octal ? 8 : 16;
      const std::size_t digits = is_octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
      if (!is_octal && kind != 'x' && kind != 'u' && kind != 'U') return std::nullopt;
      const std::size_t first = i + (is_octal ? 1 : 2);
      if (first + digits > raw.size()) return std::nullopt;
      std::uint32_t code = 0;
      for (std::size_t d = first; d < first + digits; ++d) {
        const int digit = digit_of(raw[d], base);
        if (digit < 0) return std::nullopt;
        code = code * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
      }
      if (is_octal || kind == 'x') {
        begin[size++] = static_cast<char>(code);  // a byte, not a code point
      } else {
        size = static_cast<std::size_t>(put_utf8(begin + size, code) - begin);
      }
      i = first + digits;
    }
    arena_.shrink_last(raw.size() - size);
    return std::string_view(begin, size);
  }

  std::string_view rest_;
  Arena& arena_;
};

}  // namespace

bool read_loki_labels(std::string_view selector, Arena& arena, EnvelopeFields& fields) {
  SelectorReader reader(selector, arena);
  if (!reader.take('{')) return false;
  if (reader.take('}')) return reader.at_end();
  while (true) {
    const std::string_view name = reader.take_name();
    if (name.empty() || !reader.take('=')) return false;
    const auto value = reader.take_value();
    if (!value) return false;
    fields.offer(name, *value);
    if (reader.take('}')) return reader.at_end();
    if (!reader.take(',')) return false;
    if (reader.take('}')) return reader.at_end();
  }
}

}  // namespace inkling::ingest
