#include "ingest/lines/syslog_header.h"

#include <array>

#include "ingest/lines/line_time.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostNameBytes = 255;  // of a host name, RFC 1035

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || is_digit(c) || c == '_' || c == '-' ||
         c == '.' || c == '/' || c == '@' || c == '(' || c == ')' || c == ':' || c == '%' ||
         c == '<' || c == '>';
}

constexpr std::array kLevels = {Level::kFatal, Level::kFatal, Level::kFatal, Level::kError,
                                Level::kWarn,  Level::kInfo,  Level::kInfo,  Level::kDebug};

// The next word and the space behind it; empty if there is none.
std::string_view take_word(std::string_view& text) {
  const std::size_t size = text.find(' ');
  if (size == std::string_view::npos || size == 0) return {};
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(size + 1);
  return word;
}

// Size of the structured data at the front: "-" or "[id k=\\"v\\"]...". npos if it does not end.
std::size_t structured_data_size(std::string_view text) {
  if (text.starts_with('-')) return 1;
  std::size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    bool quoted = false;
    for (++at; at < text.size() && (quoted || text[at] != ']'); ++at) {
      if (quoted && text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        quoted = !quoted;
      }
    }
    if (at >= text.size()) return std::string_view::npos;
    ++at;
  }
  return at == 0 ? std::string_view::npos : at;
}

// What follows "<PRI>1 ".
std::optional<LineFields> read_rfc5424(std::string_view text, LineFields fields,
                                       const LineContext& context) {
  const std::string_view time = take_word(text);
  const std::string_view host = take_word(text);
  const std::string_view program = take_word(text);
  const std::string_view process = take_word(text);
  const std::string_view message_id = take_word(text);
  if (host.empty() || program.empty() || process.empty() || message_id.empty()) return std::nullopt;
  if (time != "-") {
    const FoundTime found = find_time(time, context);
    if (found.size != time.size()) return std::nullopt;
    fields.time = found.time;
    fields.time_is_exact = found.is_exact();
  }
  const std::size_t data = structured_data_size(text);
  if (data == std::string_view::npos) return std::nullopt;
  text.remove_prefix(data);
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (program != "-") fields.service = program;
  fields.message = text;
  return fields;
}

}  // namespace

SyslogTag find_syslog_tag(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] == ' ') ++at;
  const std::size_t host = at;
  while (at < text.size() && at - host < kMostNameBytes && is_word(text[at])) ++at;
  if (at == host || at >= text.size() || text[at] != ' ' || text[at - 1] == ':') return {};
  const std::size_t begin = ++at;
  while (at < text.size() && at - begin < kMostNameBytes && is_word(text[at])) {
    if (text[at] == ':' && (at + 1 >= text.size() || text[at + 1] == ' ')) break;
    ++at;
  }
  if (at == begin || at >= text.size()) return {};
  SyslogTag tag{.program = text.substr(begin, at - begin)};
  if (text[at] == '[') {
    const std::size_t digits = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == digits || at >= text.size() || text[at] != ']') return {};
    ++at;
    tag.has_process = true;
  }
  // Some write more between the process number and the colon: "app[12] <Notice>: ".
  if (tag.has_process && at < text.size() && text[at] == ' ') {
    const std::size_t colon = text.find(": ", at);
    if (colon != std::string_view::npos && colon - at < 24 && text[at + 1] == '<') at = colon;
  }
  if (at >= text.size() || text[at] != ':') return {};
  ++at;
  if (at < text.size() && text[at] == ' ') ++at;
  tag.size = at;
  return tag;
}

std::optional<LineFields> read_syslog_line(std::string_view line, const LineContext& context) {
  if (line.size() < 5 || line[0] != '<' || !is_digit(line[1])) return std::nullopt;
  std::size_t at = 1;
  unsigned priority = 0;
  for (; at < 5 && at < line.size() && is_digit(line[at]); ++at) {
    priority = priority * 10 + static_cast<unsigned>(line[at] - '0');
  }
  if (priority > 191 || at >= line.size() || line[at] != '>') return std::nullopt;
  LineFields fields;
  fields.level = kLevels[priority % 8];
  std::string_view text = line.substr(at + 1);
  if (text.starts_with("1 ")) {
    if (const auto read = read_rfc5424(text.substr(2), fields, context)) return read;
  }
  const FoundTime time = find_time(text, context);
  if (time.size == 0) return std::nullopt;
  fields.time = time.time;
  fields.time_is_exact = time.is_exact();
  text.remove_prefix(time.size);
  const SyslogTag tag = find_syslog_tag(text);
  fields.service = tag.program;
  text.remove_prefix(tag.size);
  while (text.starts_with(' ')) text.remove_prefix(1);
  fields.message = text;
  return fields;
}

}  // namespace inkling::ingest
