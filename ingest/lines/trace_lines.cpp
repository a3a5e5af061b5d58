#include "ingest/lines/trace_lines.h"

#include <algorithm>
#include <array>

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostExceptionBytes = 1024;
constexpr std::size_t kMostTypeBytes = 160;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }

// "some.package.SomeException: text", "TypeError [ERR_X]: text", "Error". No space in the type.
bool is_exception(std::string_view line) {
  std::size_t at = 0;
  bool dotted = false;
  std::size_t last = 0;  // where the last part of the name begins
  while (at < line.size() && at < kMostTypeBytes) {
    const char c = line[at];
    if (c == '.' || c == '$' || (c == ':' && at + 1 < line.size() && line[at + 1] == ':')) {
      dotted = true;
      at += c == ':' ? 2 : 1;
      last = at;
      continue;
    }
    if (!is_letter(c) && !is_digit(c) && c != '_') break;
    ++at;
  }
  if (at == last) return false;
  const std::string_view name = line.substr(last, at - last);
  const char next = at < line.size() ? line[at] : '\0';
  const bool ends = next == '\0' ||
                    (next == ':' && (at + 1 == line.size() || line[at + 1] == ' ')) ||
                    (next == ' ' && at + 1 < line.size() && line[at + 1] == '[');
  if (!ends || name[0] < 'A' || name[0] > 'Z') return false;
  static constexpr std::array<std::string_view, 9> kEndings = {
      "Exception", "Error", "Throwable", "Failure",  "Interrupt",
      "Exit",      "Fault", "Timeout",   "Iteration"};
  for (const std::string_view ending : kEndings) {
    if (name.ends_with(ending)) return true;
  }
  return dotted && next == ':';
}

bool is_trace_word(std::string_view line) {
  static constexpr std::array<std::string_view, 16> kBeginnings = {
      "Caused by: ",
      "Suppressed: ",
      "During handling of the above exception",
      "The above exception was the direct cause",
      "created by ",
      "--- End of ",
      "---> ",
      "[signal ",
      "exit status ",
      "stack backtrace:",
      "note: run with `RUST_BACKTRACE",
      "note: Some details are omitted",
      "Stack trace:",
      "Node.js v",
      "Wrapped by: ",
      "... "};
  switch (line[0]) {
    case '#':  // PHP, sanitizers: "#0 main"
      return line.size() > 2 && is_digit(line[1]);
    case 'g':
      return line.starts_with("goroutine ") && line.find('[') != std::string_view::npos;
    case '}':
    case ']':
      return line.size() <= 2;
    case 'C':
    case 'S':
    case 'D':
    case 'T':
    case 'c':
    case '-':
    case '[':
    case 'e':
    case 's':
    case 'n':
    case 'N':
    case 'W':
    case '.':
      for (const std::string_view beginning : kBeginnings) {
        if (line.starts_with(beginning)) return true;
      }
      return false;
    default:
      return false;
  }
}

// "main.(*Server).handle(0xc000010000, 0x1)", the lines of a goroutine.
bool is_go_call(std::string_view line) {
  return line.ends_with(')') && line.find(' ') > line.find('(') && line.find('(') != 0;
}

}  // namespace

LineRole role_of(std::string_view line) {
  if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return LineRole::kBlank;
  const char first = line[0];
  if (first == ' ' || first == '\t') return LineRole::kIndented;
  if (line.starts_with("Traceback (most recent call last)")) return LineRole::kTraceback;
  if (is_trace_word(line)) return LineRole::kTrace;
  if (line.starts_with("thread '") && line.find("' panicked at ") != std::string_view::npos) {
    return LineRole::kPanic;
  }
  if (is_exception(line)) return LineRole::kException;
  return LineRole::kPlain;
}

bool begins_go_trace(std::string_view line) {
  return line.starts_with("panic: ") || line.starts_with("fatal error: ");
}

bool surely_begins_record(LineRole role, LineRole before) {
  switch (role) {
    case LineRole::kHeader:
    case LineRole::kPanic:
      return true;
    case LineRole::kPlain:
      return before == LineRole::kPlain || before == LineRole::kHeader ||
             before == LineRole::kException;
    case LineRole::kException:
      return before == LineRole::kPlain || before == LineRole::kException;
    default:
      return false;
  }
}

bool TraceJoiner::decide(std::string_view line, LineRole role) const {
  if (!open_) return false;
  switch (role) {
    case LineRole::kIndented:
    case LineRole::kTrace:
      return true;
    case LineRole::kTraceback:
      // Behind the line that logs it, or as the next of a chain.
      return (before_ == LineRole::kHeader && serious_) || has_trace_;
    case LineRole::kException:
      if (has_exception_) return false;
      return (before_ == LineRole::kHeader && serious_) || has_indented_;
    case LineRole::kPlain:
      if (before_ == LineRole::kPanic) return true;
      return in_go_ && is_go_call(line);
    default:
      return false;
  }
}

bool TraceJoiner::joins(std::string_view line, LineRole role, bool serious) {
  if (role == LineRole::kBlank) {
    before_ = role;
    return false;
  }
  const bool joined = !surely_begins_record(role, before_) && decide(line, role);
  if (!joined) {
    *this = TraceJoiner();
    open_ = true;
    first_ = role;
    serious_ = serious;
    in_go_ = begins_go_trace(line);
  }
  before_ = role;
  has_indented_ = has_indented_ || role == LineRole::kIndented;
  has_trace_ = has_trace_ || role == LineRole::kTrace || role == LineRole::kTraceback ||
               role == LineRole::kException || role == LineRole::kPanic || in_go_;
  if (role == LineRole::kTraceback) has_exception_ = false;
  if (role == LineRole::kException) has_exception_ = true;
  if (role == LineRole::kTrace && line.starts_with("goroutine ")) in_go_ = true;
  return joined;
}

std::string_view find_exception(std::string_view lines) {
  std::string_view found;
  bool python = false;  // its exception comes last
  bool panicked = false;
  while (!lines.empty()) {
    const std::size_t newline = lines.find('\n');
    std::string_view line = lines.substr(0, newline);
    lines.remove_prefix(newline == std::string_view::npos ? lines.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const LineRole role = role_of(line);
    if (role == LineRole::kTraceback) python = true;
    if (panicked && role == LineRole::kPlain && found.empty()) found = line;
    panicked = role == LineRole::kPanic;
    if (role == LineRole::kException && (found.empty() || python)) found = line;
    if (found.empty() && (begins_go_trace(line) || line.starts_with("Unhandled exception")))
      found = line;
  }
  return found.substr(0, kMostExceptionBytes);
}

}  // namespace inkling::ingest
