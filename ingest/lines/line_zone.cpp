#include "ingest/lines/line_zone.h"

#include <array>

namespace inkling::ingest {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }

struct NamedZone {
  std::string_view name;
  int minutes;
};
// Left out are those with several meanings of which none is usual (IST, BST, AST).
constexpr std::array kZones = {
    NamedZone{"UTC", 0},    NamedZone{"GMT", 0},    NamedZone{"EST", -300}, NamedZone{"EDT", -240},
    NamedZone{"CST", -360}, NamedZone{"CDT", -300}, NamedZone{"MST", -420}, NamedZone{"MDT", -360},
    NamedZone{"PST", -480}, NamedZone{"PDT", -420}, NamedZone{"WET", 0},    NamedZone{"CET", 60},
    NamedZone{"CEST", 120}, NamedZone{"EET", 120},  NamedZone{"EEST", 180}, NamedZone{"MSK", 180},
    NamedZone{"JST", 540},  NamedZone{"KST", 540},  NamedZone{"AEST", 600}, NamedZone{"AEDT", 660},
};

// "+hh:mm", "-hhmm", "+hh" at the front.
std::optional<FoundZone> read_offset(std::string_view text) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  if (!is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const std::int64_t hours = (text[1] - '0') * 10 + (text[2] - '0');
  std::int64_t minutes = 0;
  std::size_t size = 3;
  const std::size_t at = text.size() > 3 && text[3] == ':' ? 4 : 3;
  if (text.size() >= at + 2 && is_digit(text[at]) && is_digit(text[at + 1])) {
    minutes = (text[at] - '0') * 10 + (text[at + 1] - '0');
    size = at + 2;
  }
  if (hours > 18 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return FoundZone{text[0] == '-' ? -seconds : seconds, size};
}

}  // namespace

std::optional<FoundZone> find_zone(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == 'Z' || text[0] == 'z') {
    if (text.size() > 1 && (is_letter(text[1]) || is_digit(text[1]))) return std::nullopt;
    return FoundZone{0, 1};
  }
  if (text[0] == '+' || text[0] == '-') return read_offset(text);
  if (text[0] != ' ' || text.size() < 4) return std::nullopt;
  const std::string_view behind = text.substr(1);
  if (behind[0] == '+' || behind[0] == '-') {
    auto found = read_offset(behind);
    // " -12 items" is none.
    if (!found || found->size < 5) return std::nullopt;
    ++found->size;
    return found;
  }
  if (behind[0] < 'A' || behind[0] > 'Z') return std::nullopt;
  for (const NamedZone& zone : kZones) {
    if (!behind.starts_with(zone.name)) continue;
    const std::size_t size = zone.name.size();
    if (behind.size() > size && (is_letter(behind[size]) || is_digit(behind[size]))) continue;
    return FoundZone{zone.minutes * 60, size + 1};
  }
  return std::nullopt;
}

}  // namespace inkling::ingest
