#include "ingest/lines/logfmt_line.h"

#include <array>
#include <cstddef>

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostPairs = 256;
constexpr std::size_t kMostKeyBytes = 64;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_key(char c) {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || is_digit(c) || c == '_' || c == '.' ||
         c == '-' || c == '@' || c == '/';
}

bool tells_logfmt(std::string_view key) {
  static constexpr std::array<std::string_view, 13> kKeys = {
      "level", "msg", "time",       "ts",        "lvl",       "message", "severity",
      "t",     "at",  "@timestamp", "timestamp", "log.level", "event"};
  for (const std::string_view known : kKeys) {
    if (key == known) return true;
  }
  return false;
}

}  // namespace

bool take_logfmt_pair(std::string_view& text, LogfmtPair& pair) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::size_t at = 0;
  while (at < text.size() && at < kMostKeyBytes && is_key(text[at])) ++at;
  if (at == 0 || at >= text.size() || text[at] != '=') return false;
  pair = {.key = text.substr(0, at)};
  ++at;
  if (at < text.size() && text[at] == '"') {
    pair.quoted = true;
    const std::size_t begin = ++at;
    while (at < text.size() && text[at] != '"') {
      if (text[at] == '\\') {
        pair.escaped = true;
        ++at;
      }
      ++at;
    }
    if (at >= text.size()) return false;
    pair.value = text.substr(begin, at - begin);
    ++at;
    if (at < text.size() && text[at] != ' ') return false;
  } else {
    const std::size_t begin = at;
    while (at < text.size() && text[at] != ' ') {
      if (text[at] == '(' || text[at] == '"') return false;  // prose that looks like a pair
      ++at;
    }
    pair.value = text.substr(begin, at - begin);
  }
  text.remove_prefix(at);
  return true;
}

bool is_logfmt(std::string_view line) {
  // Most lines of prose have no "=" in their first word.
  std::string_view text = line;
  LogfmtPair pair;
  std::size_t pairs = 0;
  bool told = false;
  while (pairs < kMostPairs && take_logfmt_pair(text, pair)) {
    ++pairs;
    told = told || tells_logfmt(pair.key);
  }
  return pairs >= 2 && told && text.find_first_not_of(' ') == std::string_view::npos;
}

}  // namespace inkling::ingest
