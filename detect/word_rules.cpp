#include "detect/word_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "detect/char_class.h"

namespace inkling::detect {
namespace {

constexpr std::size_t kMaxListed = 12;  // longest word of the lists below

// Sorted, lower case.
constexpr auto kUnits = std::to_array<std::string_view>({"%",
                                                         "am",
                                                         "b",
                                                         "b/s",
                                                         "bit",
                                                         "bits",
                                                         "bps",
                                                         "byte",
                                                         "bytes",
                                                         "d",
                                                         "day",
                                                         "days",
                                                         "eb",
                                                         "eib",
                                                         "gb",
                                                         "gb/s",
                                                         "gbit",
                                                         "gbps",
                                                         "ghz",
                                                         "gib",
                                                         "gib/s",
                                                         "gmt",
                                                         "h",
                                                         "hour",
                                                         "hours",
                                                         "hr",
                                                         "hrs",
                                                         "hz",
                                                         "k",
                                                         "kb",
                                                         "kb/s",
                                                         "kbit",
                                                         "kbps",
                                                         "khz",
                                                         "kib",
                                                         "kib/s",
                                                         "m",
                                                         "mb",
                                                         "mb/s",
                                                         "mbit",
                                                         "mbps",
                                                         "mhz",
                                                         "mib",
                                                         "mib/s",
                                                         "microseconds",
                                                         "millis",
                                                         "milliseconds",
                                                         "min",
                                                         "mins",
                                                         "minute",
                                                         "minutes",
                                                         "ms",
                                                         "msec",
                                                         "msecs",
                                                         "nanos",
                                                         "ns",
                                                         "pb",
                                                         "percent",
                                                         "pib",
                                                         "pm",
                                                         "s",
                                                         "sec",
                                                         "second",
                                                         "seconds",
                                                         "secs",
                                                         "tb",
                                                         "tb/s",
                                                         "tib",
                                                         "us",
                                                         "usec",
                                                         "utc",
                                                         "week",
                                                         "weeks",
                                                         "\xC2\xB5s",
                                                         "\xCE\xBCs"});

constexpr auto kDigitTerms = std::to_array<std::string_view>(
    {"base64",   "bzip2",  "ec2",     "ext3",    "ext4",  "http/1.0", "http/1.1", "http/2",
     "http/2.0", "http/3", "http2",   "http3",   "i18n",  "ipv4",     "ipv6",     "iso8601",
     "k8s",      "l10n",   "log4j",   "md5",     "neo4j", "oauth2",   "p50",      "p90",
     "p95",      "p99",    "rfc3339", "route53", "s3",    "sha1",     "sha256",   "sha512",
     "ssh2",     "tls1.2", "tls1.3",  "utf-16",  "utf-8", "utf8",     "v4l2",     "x509"});

constexpr auto kMonths =
    std::to_array<std::string_view>({"January", "February", "March", "April", "May", "June", "July",
                                     "August", "September", "October", "November", "December"});
constexpr auto kWeekdays = std::to_array<std::string_view>(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"});

constexpr auto kDomains =
    std::to_array<std::string_view>({"arpa", "biz", "com", "edu", "gov", "info", "int", "internal",
                                     "io", "lan", "local", "localdomain", "mil", "net", "org"});

template <std::size_t N>
constexpr bool is_sorted_list(const std::array<std::string_view, N>& list) {
  return std::is_sorted(list.begin(), list.end()) &&
         std::all_of(list.begin(), list.end(), [](auto word) { return word.size() <= kMaxListed; });
}
static_assert(is_sorted_list(kUnits));
static_assert(is_sorted_list(kDigitTerms));
static_assert(is_sorted_list(kDomains));

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Whether the word is in the sorted list, whatever its case.
template <std::size_t N>
bool is_listed(std::string_view word, const std::array<std::string_view, N>& list) {
  if (word.size() > kMaxListed) return false;
  std::array<char, kMaxListed> lower{};
  std::transform(word.begin(), word.end(), lower.begin(), to_lower);
  return std::binary_search(list.begin(), list.end(), std::string_view(lower.data(), word.size()));
}

// Whether the word is one of the names or their first three letters.
template <std::size_t N>
bool is_name_or_short(std::string_view word, const std::array<std::string_view, N>& names) {
  return std::any_of(names.begin(), names.end(), [word](std::string_view name) {
    return word == name || word == name.substr(0, 3);
  });
}

constexpr bool is_hex(char c) { return (char_class(c) & (kCharDigit | kCharHexLetter)) != 0; }
constexpr bool is_digit(char c) { return (char_class(c) & kCharDigit) != 0; }
constexpr bool is_word_char(char c) { return (char_class(c) & kCharBreak) == 0; }

}  // namespace

bool is_unit(std::string_view word) { return is_listed(word, kUnits); }
bool is_month(std::string_view word) { return is_name_or_short(word, kMonths); }
bool is_weekday(std::string_view word) { return is_name_or_short(word, kWeekdays); }
bool is_digit_term(std::string_view word) { return is_listed(word, kDigitTerms); }

bool is_lower_name(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.';
  });
}

bool is_dotted_name(std::string_view word) {
  const auto dot = word.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || word.front() == '.') return false;
  if (!is_lower_name(word)) return false;
  const auto last = word.substr(dot + 1);
  return std::count(word.begin(), word.end(), '.') >= 2 || is_listed(last, kDomains);
}

std::size_t match_colon_address(std::string_view text) {
  std::size_t i = 0;
  int colons = 0;
  int groups = 0;
  int pairs = 0;  // groups of exactly two digits
  bool gap = false;
  while (i < text.size()) {
    if (text[i] == ':') {
      const bool twice = i + 1 < text.size() && text[i + 1] == ':';
      if (twice && gap) return 0;
      if (!twice && (i + 1 == text.size() || !is_hex(text[i + 1]))) break;
      gap = gap || twice;
      colons += twice ? 2 : 1;
      i += twice ? 2 : 1;
      continue;
    }
    std::size_t length = 0;
    while (i + length < text.size() && is_hex(text[i + length])) ++length;
    if (length == 0) break;
    if (length > 4) return 0;
    if (i + length < text.size() && text[i + length] == '.') {  // a dotted quad ends it
      while (i < text.size() && (is_digit(text[i]) || text[i] == '.')) ++i;
      groups += 2;
      break;
    }
    ++groups;
    pairs += length == 2 ? 1 : 0;
    i += length;
  }
  if (i < text.size() && is_word_char(text[i]) && text[i] != '/' && text[i] != '%') return 0;
  const bool mac = groups == 6 && pairs == 6 && colons == 5 && !gap;
  const bool ipv6 = colons >= 2 && ((gap && groups >= 1 && groups <= 7) || (!gap && groups == 8));
  if (!mac && !ipv6) return 0;
  while (i < text.size() && is_word_char(text[i])) ++i;  // a prefix length or a zone
  return i;
}

std::size_t match_target(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && (is_word_char(text[i]) || text[i] == ':' || text[i] == '=')) ++i;
  while (i > 0 && (text[i - 1] == ':' || text[i - 1] == '=' || text[i - 1] == '.')) --i;
  return i;
}

std::size_t match_port(std::string_view text) {
  if (text.empty() || text.front() != ':') return 0;
  std::size_t i = 1;
  while (i < text.size() && i <= 5 && is_digit(text[i])) ++i;
  if (i == 1 || (i < text.size() && is_word_char(text[i]))) return 0;
  return i;
}

std::size_t match_quantity(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && (is_digit(text[i]) || (i > 0 && (text[i] == '.' || text[i] == ','))))
    ++i;
  if (i == 0) return 0;
  while (i < text.size() && text[i] == ' ') ++i;
  const auto unit = i;
  while (i < text.size() && is_word_char(text[i])) ++i;
  return is_unit(text.substr(unit, i - unit)) ? i : 0;
}

}  // namespace inkling::detect
