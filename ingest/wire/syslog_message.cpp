#include "ingest/wire/syslog_message.h"

#include <array>
#include <chrono>
#include <cstdlib>

#include "ingest/lines.h"
#include "ingest/utc_offset.h"

namespace inkling::ingest {
namespace {

constexpr int kHighestPriority = 191;
constexpr std::size_t kMaxParameters = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Cuts the next word and the space behind it.
std::string_view cut_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

// "<34>", or -1 if there is none.
int cut_priority(std::string_view& text) {
  if (text.empty() || text[0] != '<') return -1;
  std::size_t at = 1;
  int priority = 0;
  while (at < text.size() && at < 4 && is_digit(text[at])) {
    priority = priority * 10 + (text[at++] - '0');
  }
  if (at == 1 || at >= text.size() || text[at] != '>' || priority > kHighestPriority) return -1;
  text.remove_prefix(at + 1);
  return priority;
}

// Cuts [id name="value" ...]...; false, and nothing cut, if it is malformed.
bool cut_structured_data(std::string_view& text, Arena& arena, std::vector<LabelView>& parameters) {
  std::size_t at = 0;
  const auto here = [&] { return at < text.size() ? text[at] : '\0'; };
  while (here() == '[') {
    while (at < text.size() && here() != ' ' && here() != ']') ++at;
    while (here() == ' ') {
      ++at;
      const std::size_t name = at;
      while (at < text.size() && here() != '=' && here() != ']') ++at;
      const std::size_t name_end = at;
      if (text.substr(at, 2) != "=\"") return false;
      at += 2;
      const std::size_t value = at;
      bool escaped = false;
      while (at < text.size() && here() != '"') {
        const bool escape = here() == '\\' && at + 1 < text.size();
        escaped = escaped || escape;
        at += escape ? 2 : 1;
      }
      if (at >= text.size()) return false;
      std::string_view content = text.substr(value, at - value);
      ++at;
      if (escaped) {
        char* const target = arena.allocate(content.size());
        std::size_t size = 0;
        for (std::size_t i = 0; i < content.size(); ++i) {
          const bool known =
              content[i] == '\\' && i + 1 < content.size() &&
              (content[i + 1] == '"' || content[i + 1] == '\\' || content[i + 1] == ']');
          if (known) ++i;
          target[size++] = content[i];
        }
        content = {target, size};
      }
      if (parameters.size() < kMaxParameters) {
        parameters.push_back({text.substr(name, name_end - name), content});
      }
    }
    if (here() != ']') return false;
    ++at;
  }
  if (at == 0 || (at < text.size() && here() != ' ')) return false;
  text.remove_prefix(std::min(at + 1, text.size()));
  return true;
}

std::string_view value_of(std::string_view word) { return word == "-" ? std::string_view() : word; }

// Behind "<PRI>1 ".
void read_5424(std::string_view text, Duration utc_offset, Arena& arena, SyslogMessage& result) {
  if (const auto time = parse_local_time(cut_word(text), utc_offset)) result.time = *time;
  cut_word(text);  // host
  result.app = value_of(cut_word(text));
  cut_word(text);  // process
  cut_word(text);  // kind of message
  if (text.starts_with('[')) {
    if (!cut_structured_data(text, arena, result.parameters)) result.parameters.clear();
  } else {
    const std::string_view rest = text;
    if (cut_word(text) != "-") text = rest;
  }
  result.text = without_mark(text);
}

// "Oct 11 22:14:15 ", without a year: the nearest to arrival. Cut if it is one.
bool cut_old_time(std::string_view& text, Timestamp arrival, Duration utc_offset, Timestamp& time) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() < 15 || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':') {
    return false;
  }
  unsigned month = 0;
  while (month < kMonths.size() && text.substr(0, 3) != kMonths[month]) ++month;
  const auto number = [&](std::size_t at) -> int {
    if (!is_digit(text[at + 1]) || !(is_digit(text[at]) || text[at] == ' ')) return -1;
    return (text[at] == ' ' ? 0 : text[at] - '0') * 10 + (text[at + 1] - '0');
  };
  const int day = number(4);
  const int hour = number(7);
  const int minute = number(10);
  const int second = number(13);
  if (month == kMonths.size() || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 ||
      minute > 59 || second < 0 || second > 60) {
    return false;
  }
  text.remove_prefix(15);
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (!arrival.is_set()) return true;
  namespace chr = std::chrono;
  const chr::sys_time<chr::nanoseconds> now{chr::nanoseconds(arrival.ns)};
  const int this_year = static_cast<int>(chr::year_month_day(chr::floor<chr::days>(now)).year());
  for (const int year : {this_year - 1, this_year, this_year + 1}) {
    const chr::year_month_day date(chr::year(year), chr::month(month + 1),
                                   chr::day(static_cast<unsigned>(day)));
    if (!date.ok()) continue;
    const Timestamp candidate =
        Timestamp::from_seconds(chr::sys_days(date).time_since_epoch().count() * 86'400 +
                                hour * 3600 + minute * 60 + second) -
        utc_offset;
    const auto distance = [arrival](Timestamp t) { return std::abs(t.ns - arrival.ns); };
    if (!time.is_set() || distance(candidate) < distance(time)) time = candidate;
  }
  return true;
}

// Behind "<PRI>": "[time] [host] tag[pid]: text", each part maybe missing.
void read_3164(std::string_view text, Timestamp arrival, Duration utc_offset,
               SyslogMessage& result) {
  std::string_view rest = text;
  bool has_time = cut_old_time(rest, arrival, utc_offset, result.time);
  if (!has_time) {
    // Many send an ISO time instead.
    std::string_view behind = rest;
    const std::string_view word = cut_word(behind);
    if (word.size() >= 19 && word[4] == '-') {
      if (const auto time = parse_local_time(word, utc_offset)) {
        result.time = *time;
        rest = behind;
        has_time = true;
      }
    }
  }
  result.text = text;
  if (!has_time) return;
  const auto is_tag = [](std::string_view word) {
    return word.size() > 1 && (word.ends_with(':') || word.find('[') != std::string_view::npos);
  };
  result.text = rest;
  std::string_view behind = rest;
  std::string_view word = cut_word(behind);
  if (!is_tag(word)) {
    std::string_view after_host = behind;
    word = cut_word(after_host);
    if (!is_tag(word)) {
      result.text = behind.empty() ? rest : behind;
      return;
    }
    behind = after_host;
  }
  result.app = word.substr(0, word.find_first_of("[:"));
  result.text = behind;
}

}  // namespace

void read_syslog_message(std::string_view message, Timestamp arrival, Duration utc_offset,
                         Arena& arena, SyslogMessage& result) {
  result.severity = -1;
  result.time = Timestamp::none();
  result.app = {};
  result.parameters.clear();
  result.text = without_mark(message);
  std::string_view rest = result.text;
  const int priority = cut_priority(rest);
  if (priority < 0) return;
  result.severity = priority & 7;
  if (rest.starts_with("1 ")) {
    rest.remove_prefix(2);
    return read_5424(rest, utc_offset, arena, result);
  }
  read_3164(rest, arrival, utc_offset, result);
}

}  // namespace inkling::ingest
