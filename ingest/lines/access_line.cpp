#include "ingest/lines/access_line.h"

#include <algorithm>
#include <cstring>

#include "ingest/lines/line_number.h"
#include "ingest/lines/line_time.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMostFrontBytes = 400;  // host, identity and user
constexpr std::size_t kMostRouteBytes = 256;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }
constexpr bool is_hex(char c) {
  return is_digit(c) || static_cast<unsigned char>((c | 0x20) - 'a') < 6;
}

std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const std::size_t size = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(size);
  return word;
}

// "..." at the front, with escaped quotes inside; without the quotes.
std::optional<std::string_view> take_quoted(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (!text.starts_with('"')) return std::nullopt;
  std::size_t at = 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  if (at >= text.size()) return std::nullopt;
  const std::string_view inside = text.substr(1, at - 1);
  text.remove_prefix(at + 1);
  return inside;
}

std::uint16_t read_status(std::string_view word) {
  if (word.size() != 3 || word[0] < '1' || word[0] > '5' || !is_digit(word[1]) ||
      !is_digit(word[2])) {
    return 0;
  }
  return static_cast<std::uint16_t>((word[0] - '0') * 100 + (word[1] - '0') * 10 + (word[2] - '0'));
}

// "GET /path HTTP/1.1": the target; empty if it is no request.
std::string_view target_of(std::string_view request) {
  std::size_t at = 0;
  while (at < request.size() && request[at] >= 'A' && request[at] <= 'Z') ++at;
  if (at < 3 || at > 10 || at >= request.size() || request[at] != ' ') return {};
  std::string_view target = request.substr(at + 1);
  target = target.substr(0, target.find(' '));
  if (const std::size_t scheme = target.find("://");
      scheme != std::string_view::npos && scheme < 8) {
    const std::size_t path = target.find('/', scheme + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target;
}

bool is_identifier(std::string_view segment) {
  std::size_t digits = 0;
  std::size_t hex = 0;
  std::size_t dashes = 0;
  for (const char c : segment) {
    digits += is_digit(c);
    hex += is_hex(c);
    dashes += c == '-';
  }
  if (digits == 0) return false;
  const std::size_t size = segment.size();
  return digits == size || (size >= 8 && hex + dashes == size) ||
         (size >= 20 && segment.find('.') == std::string_view::npos) ||
         (digits * 2 >= size && size >= 4 && segment.find('.') == std::string_view::npos);
}

// `host identity user [time] "request" status bytes ...`
std::optional<LineFields> read_common(std::string_view line, const LineContext& context,
                                      Arena& arena) {
  const std::size_t bracket = line.substr(0, kMostFrontBytes).find(" [");
  if (bracket == std::string_view::npos) return std::nullopt;
  std::string_view rest = line.substr(bracket + 2);
  const FoundTime time = find_time(rest, context);
  if (time.size == 0 || !rest.substr(time.size).starts_with("] \"")) return std::nullopt;
  rest.remove_prefix(time.size + 2);
  const char* const message = rest.data();
  const auto request = take_quoted(rest);
  if (!request) return std::nullopt;
  LineFields fields{.time = time.time, .time_is_exact = time.has_zone};
  const std::string_view status = take_word(rest);
  fields.status = read_status(status);
  if (fields.status == 0) return std::nullopt;
  fields.message = {message, static_cast<std::size_t>(status.data() + status.size() - message)};
  fields.route = route_of(target_of(*request), arena);
  take_word(rest);  // bytes
  while (take_quoted(rest)) {
  }
  // What nginx configurations append: "0.123", "rt=0.123", "request_time=0.123"; seconds. Apache's
  // %D is a whole number of microseconds.
  for (int i = 0; i < 6 && !rest.empty(); ++i) {
    std::string_view word = take_word(rest);
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      const std::string_view key = word.substr(0, equals);
      if (key != "rt" && key != "request_time") continue;
      word = word.substr(equals + 1);
    }
    if (word.size() > 1 && word.front() == '"' && word.back() == '"') {
      word = word.substr(1, word.size() - 2);
    }
    const auto number = number_in_line(word);
    if (!number || *number < 0) continue;
    fields.duration_ms = word.find('.') != std::string_view::npos ? *number * 1e3 : *number / 1e3;
    break;
  }
  return fields;
}

// AWS load balancers. Application: type time elb client target request_s target_s response_s
// elb_status target_status received sent "request" ...; classic: the same without the type.
std::optional<LineFields> read_balancer(std::string_view line, const LineContext& context,
                                        Arena& arena) {
  std::string_view rest = line;
  if (!is_digit(line[0])) {
    const std::string_view type = take_word(rest);
    if (type != "http" && type != "https" && type != "h2" && type != "grpcs" && type != "ws" &&
        type != "wss") {
      return std::nullopt;
    }
    rest.remove_prefix(1);
  }
  const FoundTime time = find_time(rest, context);
  if (time.size < 20 || !time.has_zone) return std::nullopt;
  rest.remove_prefix(time.size);
  take_word(rest);  // the balancer
  const std::string_view client = take_word(rest);
  if (client.find(':') == std::string_view::npos) return std::nullopt;
  take_word(rest);  // the target
  double seconds = 0;
  for (int i = 0; i < 3; ++i) {
    const auto part = number_in_line(take_word(rest));
    if (!part) return std::nullopt;
    seconds = *part < 0 || seconds < 0 ? -1 : seconds + *part;  // -1: the target never answered
  }
  LineFields fields{.time = time.time, .time_is_exact = time.has_zone};
  fields.status = read_status(take_word(rest));
  for (int i = 0; i < 3; ++i) take_word(rest);
  const auto request = take_quoted(rest);
  if (fields.status == 0 || !request) return std::nullopt;
  if (seconds >= 0) fields.duration_ms = seconds * 1e3;
  fields.message = *request;
  fields.route = route_of(target_of(*request), arena);
  return fields;
}

}  // namespace

std::string_view route_of(std::string_view target, Arena& arena) {
  target = target.substr(0, target.find_first_of("?#;"));
  target = target.substr(0, kMostRouteBytes);
  if (!target.starts_with('/')) return {};
  char* copy = nullptr;
  std::size_t size = 0;
  std::size_t at = 0;
  while (at < target.size()) {  // at a "/"
    const std::size_t end = std::min(target.find('/', at + 1), target.size());
    const std::string_view segment = target.substr(at + 1, end - at - 1);
    const bool replace = is_identifier(segment);
    if (replace && copy == nullptr) {
      copy = arena.allocate(3 * kMostRouteBytes);  // "/1" becomes "/{id}"
      std::memcpy(copy, target.data(), at);
      size = at;
    }
    if (copy != nullptr) {
      const std::string_view part =
          replace ? std::string_view("/{id}") : target.substr(at, end - at);
      std::memcpy(copy + size, part.data(), part.size());
      size += part.size();
    }
    at = end;
  }
  if (copy == nullptr) return target;
  arena.shrink_last(3 * kMostRouteBytes - size);
  return {copy, size};
}

std::optional<LineFields> read_access_line(std::string_view line, const LineContext& context,
                                           Arena& arena) {
  if (line.size() < 30 ||
      (!is_digit(line[0]) && !is_letter(line[0]) && line[0] != ':' && line[0] != '-')) {
    return std::nullopt;
  }
  const bool has_quote = std::memchr(line.data(), '"', line.size()) != nullptr;
  if (!has_quote) return std::nullopt;
  if (const auto fields = read_common(line, context, arena)) return fields;
  return read_balancer(line, context, arena);
}

}  // namespace inkling::ingest
