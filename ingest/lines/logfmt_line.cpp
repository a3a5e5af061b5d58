#include "ingest/lines/logfmt_line.h"

#include <array>
#include <cstring>

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostPairs = 256;
constexpr std::size_t kMostKeyBytes = 64;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_key(char c) {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || is_digit(c) || c == '_' || c == '.' ||
         c == '-' || c == '@' || c == '/';
}

struct Pair {
  std::string_view key;
  std::string_view value = {};  // without quotes, still escaped
  bool quoted = false;
  bool escaped = false;
};

// Takes the next pair. False at the end, or where there is none; then `text` is not empty.
bool take_pair(std::string_view& text, Pair& pair) {
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

bool tells_logfmt(std::string_view key) {
  static constexpr std::array<std::string_view, 13> kKeys = {
      "level", "msg", "time",       "ts",        "lvl",       "message", "severity",
      "t",     "at",  "@timestamp", "timestamp", "log.level", "event"};
  for (const std::string_view known : kKeys) {
    if (key == known) return true;
  }
  return false;
}

std::string_view unescape(std::string_view text, Arena& arena) {
  char* const target = arena.allocate(text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      c = text[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
      if (c == 'r') c = '\r';
    }
    target[size++] = c;
  }
  return {target, size};
}

bool is_number(std::string_view text) {
  return !text.empty() && (is_digit(text[0]) || text[0] == '-') && read_number(text).has_value();
}

}  // namespace

bool is_logfmt(std::string_view line) {
  // Most lines of prose have no "=" in their first word.
  std::string_view text = line;
  Pair pair;
  std::size_t pairs = 0;
  bool told = false;
  while (pairs < kMostPairs && take_pair(text, pair)) {
    ++pairs;
    told = told || tells_logfmt(pair.key);
  }
  return pairs >= 2 && told && text.find_first_not_of(' ') == std::string_view::npos;
}

ParseError LogfmtReader::add(std::string_view line, std::uint32_t record, Batch& batch) {
  record_.reset();
  std::string_view text = line;
  Pair pair;
  while (take_pair(text, pair)) {
    const FieldTable::Match match = fields_.find(FieldTable::kRoot, pair.key);
    if (match.node == FieldTable::kUnknown || pair.value.empty()) continue;
    const FieldMeaning& meaning = fields_.meaning(match.node);
    if (meaning.role == FieldRole::kIgnore || meaning.role == FieldRole::kLabels) continue;
    FieldValue value{
        .text = pair.escaped ? unescape(pair.value, batch.arena) : pair.value,
        .kind = !pair.quoted && is_number(pair.value) ? ScalarKind::kNumber : ScalarKind::kString,
        .rank = static_cast<std::uint8_t>(meaning.rank + match.penalty),
        .unit = meaning.unit,
        .weak = true};  // what is no time is no reason to lose the line
    record_.offer(meaning.role, value);
  }
  const std::size_t before = batch.logs.size();
  const ParseError error = builder_.add(record_, line, record, batch);
  if (error == ParseError::kNone && batch.logs.size() > before &&
      batch.logs.back().message.empty()) {
    batch.logs.back().message = line;
  }
  return error;
}

}  // namespace inkling::ingest
