#include "ingest/logfmt_reader.h"

#include "ingest/lines/logfmt_line.h"

namespace inkling::ingest {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

ParseError LogfmtReader::add(std::string_view line, std::uint32_t record, Batch& batch) {
  record_.reset();
  std::string_view text = line;
  LogfmtPair pair;
  while (take_logfmt_pair(text, pair)) {
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
