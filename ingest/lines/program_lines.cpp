#include "ingest/lines/program_lines.h"

#include "ingest/lines/line_level.h"
#include "ingest/lines/line_number.h"
#include "ingest/lines/line_time.h"

namespace inkling::ingest {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }

std::string_view trim_front(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

// "Tag: message" or "Tag( 123): message".
std::optional<std::string_view> behind_tag(std::string_view text) {
  const std::size_t colon = text.substr(0, 120).find(": ");
  const bool ends = text.ends_with(':') && text.size() < 120;
  if (colon == std::string_view::npos && !ends) return std::nullopt;
  return colon == std::string_view::npos ? std::string_view() : trim_front(text.substr(colon + 2));
}

}  // namespace

std::optional<LineFields> read_klog_line(std::string_view line, const LineContext& context) {
  const Level level = line.empty() ? Level::kUnknown : letter_level(line[0]);
  if (level == Level::kUnknown || line.size() < 22) return std::nullopt;
  const std::size_t digits = count_digits(line.substr(1));
  if ((digits != 4 && digits != 8) || line[digits + 1] != ' ') return std::nullopt;
  // The same date in a layout that find_time knows.
  const std::string_view day = line.substr(digits - 3, 4);  // MMDD
  const std::size_t clock_size = line.find(' ', digits + 2);
  if (clock_size == std::string_view::npos || clock_size - digits > 24) return std::nullopt;
  char text[40];
  std::size_t size = 0;
  const auto put = [&](std::string_view part) {
    for (const char c : part) text[size++] = c;
  };
  if (digits == 8) {
    put(line.substr(1, 4));
    put("-");
  }
  put(day.substr(0, 2));
  put("-");
  put(day.substr(2, 2));
  put(" ");
  put(line.substr(digits + 2, clock_size - digits - 2));
  const FoundTime time = find_time({text, size}, context);
  if (time.size != size) return std::nullopt;
  const std::size_t bracket = line.substr(0, clock_size + 120).find("] ", clock_size);
  if (bracket == std::string_view::npos) return std::nullopt;
  return LineFields{.time = time.time, .level = level, .message = line.substr(bracket + 2)};
}

std::optional<LineFields> read_logcat_line(std::string_view line, const LineContext& context) {
  LineFields fields;
  std::string_view text = line;
  const FoundTime time = find_time(text, context);
  if (time.size > 0) {
    if (!time.is_month_day && !time.is_epoch && text[4] != '-') return std::nullopt;
    fields.time = time.time;
    fields.time_is_exact = time.is_exact();
    text = trim_front(text.substr(time.size));
    for (int i = 0; i < 2; ++i) {
      const std::size_t digits = count_digits(text);
      if (digits == 0 || digits >= text.size() || text[digits] != ' ') break;
      text = trim_front(text.substr(digits));
    }
  }
  if (text.size() < 4) return std::nullopt;
  fields.level = letter_level(text[0]);
  if (fields.level == Level::kUnknown) return std::nullopt;
  const bool slash = text[1] == '/';
  if (!slash && (text[1] != ' ' || time.size == 0)) return std::nullopt;
  if (slash && (!is_letter(text[2]) || text.find('(') > 60)) return std::nullopt;
  const auto message = behind_tag(text.substr(2));
  if (!message) return std::nullopt;
  fields.message = *message;
  return fields;
}

std::optional<LineFields> read_ruby_line(std::string_view line, const LineContext& context) {
  if (line.size() < 30 || line.substr(1, 3) != ", [") return std::nullopt;
  const Level level = letter_level(line[0] == 'A' ? 'I' : line[0]);
  const FoundTime time = find_time(line.substr(4), context);
  const std::size_t dashes = line.substr(0, 120).find(" -- ");
  if (level == Level::kUnknown || time.size == 0 || dashes == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view message = line.substr(dashes + 4);
  const std::size_t colon = message.substr(0, 80).find(':');
  if (colon != std::string_view::npos &&
      message.substr(0, colon).find(' ') == std::string_view::npos) {
    message = message.substr(colon + 1);
  }
  return LineFields{.time = time.time, .level = level, .message = trim_front(message)};
}

std::optional<LineFields> read_lambda_line(std::string_view line, const LineContext& context) {
  LineFields fields{.level = Level::kInfo, .message = line};
  if (line.starts_with("START RequestId: ") || line.starts_with("END RequestId: ") ||
      line.starts_with("INIT_START Runtime Version: ")) {
    return fields;
  }
  if (line.starts_with("REPORT RequestId: ")) {
    const auto value_of = [&](std::string_view name) {
      const std::size_t at = line.find(name);
      if (at == std::string_view::npos) return std::string_view();
      const std::string_view value = line.substr(at + name.size());
      return value.substr(0, value.find_first_of(" \t"));
    };
    if (const auto duration = number_in_line(value_of("\tDuration: ")))
      fields.duration_ms = *duration;
    const std::string_view status = value_of("\tStatus: ");
    if (status == "timeout" || status == "error") fields.level = Level::kError;
    return fields;
  }
  // "2006-01-02T15:04:05.000Z 8b1f... Task timed out after 3.00 seconds"
  const std::size_t timed_out = line.substr(0, 100).find(" Task timed out after ");
  if (timed_out != std::string_view::npos) {
    const FoundTime time = find_time(line, context);
    if (time.size == 0) return std::nullopt;
    return LineFields{.time = time.time,
                      .level = Level::kError,
                      .time_is_exact = time.is_exact(),
                      .message = line.substr(timed_out + 1)};
  }
  return std::nullopt;
}

}  // namespace inkling::ingest
