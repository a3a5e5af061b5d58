#include "detect/word_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "detect/char_class.h"

namespace inkling::detect {
namespace {

// A set of words of at most eight bytes, whatever their case: open addressing over the word packed
// into an integer. Given as one text, the words separated by spaces.
template <std::size_t Slots>
class WordSet {
  static_assert((Slots & (Slots - 1)) == 0);

 public:
  constexpr explicit WordSet(std::string_view words) {
    while (!words.empty()) {
      const auto word = words.substr(0, words.find(' '));
      slots_[find(pack(word))] = pack(word);
      words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
  }
  constexpr bool contains(std::string_view word) const {
    if (word.size() > 8 || word.empty()) return false;
    const auto packed = pack(word);
    return slots_[find(packed)] == packed;
  }

 private:
  // 0x20 makes letters lower case and leaves the other characters of the lists as they are.
  static constexpr std::uint64_t pack(std::string_view word) {
    std::uint64_t packed = 0;
    for (const char c : word) packed = packed << 8 | static_cast<unsigned char>(c | 0x20);
    return packed;
  }
  // The slot of the word, or the empty one where it would be.
  constexpr std::size_t find(std::uint64_t packed) const {
    auto slot = static_cast<std::size_t>((packed * 0x9E3779B97F4A7C15ULL) >> 40) % Slots;
    while (slots_[slot] != 0 && slots_[slot] != packed) slot = (slot + 1) % Slots;
    return slot;
  }

  std::array<std::uint64_t, Slots> slots_{};
};

constexpr WordSet<256> kUnits(
    "% am b b/s bit bits bps byte bytes d day days eb eib gb gb/s gbit gbps ghz gib gib/s gmt "
    "h hour hours hr hrs hz k kb kb/s kbit kbps khz kib kib/s m mb mb/s mbit mbps mhz mib "
    "mib/s millis min mins minute minutes ms msec msecs nanos ns pb percent pib pm s sec "
    "second seconds secs tb tb/s tib us usec utc week weeks"
    " \xC2\xB5s \xCE\xBCs");
constexpr auto kLongUnits = std::to_array<std::string_view>({"microseconds", "milliseconds"});

constexpr WordSet<128> kDigitTerms(
    "base64 bzip2 ec2 ext3 ext4 http/1.0 http/1.1 http/2 http/2.0 http/3 http2 http3 i18n "
    "ipv4 ipv6 iso8601 k8s l10n log4j md5 neo4j oauth2 p50 p90 p95 p99 rfc3339 route53 s3 "
    "sha1 sha256 sha512 ssh2 tls1.2 tls1.3 utf-16 utf-8 utf8 v4l2 x509");

constexpr WordSet<64> kDomains("arpa biz com edu gov info int internal io lan local mil net org");

constexpr WordSet<64> kMonths(
    "jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august "
    "october november december");
constexpr WordSet<32> kWeekdays(
    "mon tue wed thu fri sat sun monday tuesday thursday friday saturday sunday");

// "May", neither "MAY" nor "may".
constexpr bool is_capitalised(std::string_view word) {
  return word.size() >= 3 && word[0] >= 'A' && word[0] <= 'Z' && word[1] >= 'a' && word[1] <= 'z';
}

constexpr bool is_hex(char c) { return (char_class(c) & (kCharDigit | kCharHexLetter)) != 0; }
constexpr bool is_digit(char c) { return (char_class(c) & kCharDigit) != 0; }
constexpr bool is_word_char(char c) { return (char_class(c) & kCharBreak) == 0; }

}  // namespace

bool is_unit(std::string_view word) {
  if (word.size() > 1 && word.back() == '.') word.remove_suffix(1);
  return kUnits.contains(word) ||
         std::find(kLongUnits.begin(), kLongUnits.end(), word) != kLongUnits.end();
}
bool is_month(std::string_view word) {
  return is_capitalised(word) && (kMonths.contains(word) || word == "September");
}
bool is_weekday(std::string_view word) {
  return is_capitalised(word) && (kWeekdays.contains(word) || word == "Wednesday");
}
bool is_digit_term(std::string_view word) { return kDigitTerms.contains(word); }

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
  return std::count(word.begin(), word.end(), '.') >= 2 || kDomains.contains(last);
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
