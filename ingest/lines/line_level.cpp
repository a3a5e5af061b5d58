#include "ingest/lines/line_level.h"

#include <array>

namespace inkling::ingest {
namespace {

constexpr bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// Up to 8 letters as one number, in small letters.
constexpr std::uint64_t key_of(std::string_view word) {
  std::uint64_t key = 0;
  for (const char c : word) key = (key << 8) | (static_cast<unsigned char>(c) | 0x20u);
  return key;
}

struct Name {
  std::uint64_t key;
  Level level;
};
constexpr Name name(std::string_view word, Level level) { return {key_of(word), level}; }
constexpr std::array kNames = {
    name("info", Level::kInfo),     name("error", Level::kError),  name("warn", Level::kWarn),
    name("debug", Level::kDebug),   name("warning", Level::kWarn), name("trace", Level::kTrace),
    name("notice", Level::kInfo),   name("fatal", Level::kFatal),  name("critical", Level::kFatal),
    name("err", Level::kError),     name("crit", Level::kFatal),   name("severe", Level::kError),
    name("inf", Level::kInfo),      name("wrn", Level::kWarn),     name("dbg", Level::kDebug),
    name("vrb", Level::kTrace),     name("ftl", Level::kFatal),    name("trc", Level::kTrace),
    name("dbug", Level::kDebug),    name("trce", Level::kTrace),   name("fail", Level::kError),
    name("alert", Level::kFatal),   name("emerg", Level::kFatal),  name("panic", Level::kFatal),
    name("dpanic", Level::kFatal),  name("note", Level::kInfo),    name("log", Level::kInfo),
    name("system", Level::kInfo),   name("fine", Level::kDebug),   name("finer", Level::kTrace),
    name("finest", Level::kTrace),  name("config", Level::kInfo),  name("verbose", Level::kTrace),
    name("failure", Level::kError), name("success", Level::kInfo), name("warnin", Level::kWarn),
    name("eror", Level::kError),    name("erro", Level::kError),   name("debu", Level::kDebug),
    name("fata", Level::kFatal),    name("pani", Level::kFatal),   name("notic", Level::kInfo),
};

// Levels that are common words as well: only where something marks them.
constexpr bool is_common_word(std::uint64_t key) {
  return key == key_of("note") || key == key_of("log") || key == key_of("system") ||
         key == key_of("fine") || key == key_of("config") || key == key_of("fail") ||
         key == key_of("alert") || key == key_of("success") || key == key_of("failure");
}

}  // namespace

Level header_level(std::string_view word) {
  if (word.size() == 6 && (word[5] >= '1' && word[5] <= '5') &&
      key_of(word.substr(0, 5)) == key_of("debug")) {
    return Level::kDebug;  // Postgres
  }
  if (word.size() == 9 && key_of(word.substr(0, 8)) == key_of("emergenc")) return Level::kFatal;
  if (word.size() == 11 && key_of(word.substr(0, 8)) == key_of("informat")) return Level::kInfo;
  if (word.size() < 3 || word.size() > 8) return Level::kUnknown;
  const std::uint64_t key = key_of(word);
  for (const Name& known : kNames) {
    if (known.key == key) return known.level;
  }
  return Level::kUnknown;
}

Level letter_level(char letter) {
  switch (letter) {
    case 'V':
    case 'T':
      return Level::kTrace;
    case 'D':
      return Level::kDebug;
    case 'I':
      return Level::kInfo;
    case 'W':
      return Level::kWarn;
    case 'E':
      return Level::kError;
    case 'C':
    case 'F':
      return Level::kFatal;
    default:
      return Level::kUnknown;
  }
}

FoundLevel find_level(std::string_view text, bool marked) {
  std::size_t at = 0;
  char closing = '\0';
  if (!text.empty() && (text[0] == '[' || text[0] == '<' || text[0] == '(')) {
    closing = text[0] == '[' ? ']' : text[0] == '<' ? '>' : ')';
    ++at;
  }
  while (closing != '\0' && at < text.size() && text[at] == ' ') ++at;
  const std::size_t begin = at;
  while (at < text.size() && at - begin < 12 && is_letter(text[at])) ++at;
  if (at < text.size() && text[at] >= '1' && text[at] <= '5') ++at;
  const std::string_view word = text.substr(begin, at - begin);
  const Level level = header_level(word);
  if (level == Level::kUnknown) return {};
  if (closing != '\0') {
    while (at < text.size() && text[at] == ' ') ++at;
    if (at == text.size() || text[at] != closing) return {};
    ++at;
    if (at < text.size() && text[at] == ':') ++at;
    return {level, at};
  }
  const char next = at < text.size() ? text[at] : '\n';
  const char after = at + 1 < text.size() ? text[at + 1] : '\n';
  const bool capital = is_capital(word.front()) && is_capital(word.back());
  const bool common = is_common_word(key_of(word.substr(0, 8)));
  // "ERROR:", "info:": the colon marks it. What follows a colon at once is a logger ("INFO:root:").
  if (next == ':') return {level, at + 1};
  if (next == '\t' || next == '|' || next == ']') return {level, at};
  if (next == '\n') return {level, at};
  if (next == '/' || next == ',') return capital && !common ? FoundLevel{level, at} : FoundLevel{};
  if (next != ' ') return {};
  const bool column = after == ' ' || after == '|' || after == '-' || after == '[' || after == ':';
  if (marked || column || (capital && !common)) return {level, at};
  return {};
}

}  // namespace inkling::ingest
