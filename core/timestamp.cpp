#include "core/timestamp.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace inkling {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date. Source: Hinnant, "chrono-compatible
// low-level date algorithms".
constexpr std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

struct CivilDate {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

constexpr CivilDate civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

constexpr unsigned days_in_month(std::int64_t year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Reads exactly `count` digits at the front; -1 if there are fewer.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    if (digit > 9) return -1;
    value = value * 10 + static_cast<int>(digit);
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Offset from UTC in seconds of "Z", "z", "+hh:mm", "-hhmm", " UTC" or nothing; empty if it is
// none.
std::optional<std::int64_t> take_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z" || text == " UTC" || text == "UTC") return 0;
  if (text.front() == ' ') text.remove_prefix(1);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23) return std::nullopt;
  int minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    minutes = take_digits(text, 2);
    if (minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  }
  return sign * (hours * 3600 + minutes * 60);
}

// Reads ".123456789" (or with a comma) as nanoseconds; digits beyond the ninth are cut off. -1 if
// wrong.
std::int64_t take_fraction(std::string_view& text) {
  if (text.empty() || (text.front() != '.' && text.front() != ',')) return 0;
  text.remove_prefix(1);
  std::int64_t ns = 0;
  int digits = 0;
  while (!text.empty()) {
    const unsigned digit = static_cast<unsigned char>(text.front()) - unsigned{'0'};
    if (digit > 9) break;
    if (digits < 9) ns = ns * 10 + digit;
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return -1;
  for (; digits < 9; ++digits) ns *= 10;
  return ns;
}

// 1678-01-01 and 2262-01-01, in seconds. 64 bits of nanoseconds reach some months further on both
// sides: room for windows and lateness to be added without overflow.
constexpr std::int64_t kMinSeconds = -9'214'560'000;
constexpr std::int64_t kMaxSeconds = 9'214'646'400;

bool in_range(std::int64_t seconds) { return seconds >= kMinSeconds && seconds < kMaxSeconds; }

// A number whose unit is 1 / `per_second` seconds.
std::optional<Timestamp> from_units(std::int64_t value, std::int64_t per_second) {
  const std::int64_t seconds = value / per_second - (value % per_second < 0 ? 1 : 0);
  if (!in_range(seconds)) return std::nullopt;
  return Timestamp::from_ns(value * (1'000'000'000 / per_second));
}
std::optional<Timestamp> parse_date_time(std::string_view text) {
  const int year = take_digits(text, 4);
  if (year < 0 || text.empty()) return std::nullopt;
  const char separator = text.front();
  if (separator != '-' && separator != '/') return std::nullopt;
  text.remove_prefix(1);
  const int month = take_digits(text, 2);
  if (month < 1 || month > 12 || !take(text, separator)) return std::nullopt;
  const int day = take_digits(text, 2);
  if (day < 1 || day > static_cast<int>(days_in_month(year, static_cast<unsigned>(month)))) {
    return std::nullopt;
  }
  std::int64_t seconds =
      days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) * 86'400;
  std::int64_t fraction = 0;
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, ' ') && !take(text, 't')) return std::nullopt;
    const int hour = take_digits(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
    const int minute = take_digits(text, 2);
    if (minute < 0 || minute > 59) return std::nullopt;
    int second = 0;
    if (take(text, ':')) {
      second = take_digits(text, 2);
      if (second < 0 || second > 60) return std::nullopt;  // 60: a leap second
      fraction = take_fraction(text);
      if (fraction < 0) return std::nullopt;
    }
    const auto zone = take_zone(text);
    if (!zone) return std::nullopt;
    seconds += hour * 3600 + minute * 60 + second - *zone;
  }
  if (!in_range(seconds)) return std::nullopt;
  return Timestamp::from_ns(seconds * 1'000'000'000 + fraction);
}

}  // namespace

std::string format_timestamp(Timestamp t) {
  if (!t.is_set()) return "-";
  constexpr std::int64_t kDayNs = 86'400'000'000'000;
  const std::int64_t days = t.ns / kDayNs - (t.ns % kDayNs < 0 ? 1 : 0);
  const std::int64_t in_day = t.ns % kDayNs + (t.ns % kDayNs < 0 ? kDayNs : 0);
  const CivilDate date = civil_from_days(days);
  const std::int64_t seconds = in_day / 1'000'000'000;
  const std::int64_t ns = in_day % 1'000'000'000;
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month,
                                 date.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (ns == 0) {
  } else if (ns % 1'000'000 == 0) {
    text += fmt::format(".{:03}", ns / 1'000'000);
  } else if (ns % 1'000 == 0) {
    text += fmt::format(".{:06}", ns / 1'000);
  } else {
    text += fmt::format(".{:09}", ns);
  }
  return text + "Z";
}

std::optional<Timestamp> timestamp_from_epoch(std::int64_t value) {
  if (value == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  const std::int64_t magnitude = value < 0 ? -value : value;
  if (magnitude < 100'000'000'000) return from_units(value, 1);
  if (magnitude < 100'000'000'000'000) return from_units(value, 1'000);
  if (magnitude < 100'000'000'000'000'000) return from_units(value, 1'000'000);
  return from_units(value, 1'000'000'000);
}

std::optional<Timestamp> timestamp_from_epoch(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  const double magnitude = std::abs(value);
  double ns = value;
  if (magnitude < 1e11) {
    ns = value * 1e9;
  } else if (magnitude < 1e14) {
    ns = value * 1e6;
  } else if (magnitude < 1e17) {
    ns = value * 1e3;
  }
  if (!(std::abs(ns) < 9.22e18)) return std::nullopt;
  return from_units(std::llround(ns), 1'000'000'000);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() >= 5 && (text[4] == '-' || text[4] == '/')) return parse_date_time(text);
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto as_whole = std::from_chars(text.data(), end, whole);
  if (as_whole.ec == std::errc() && as_whole.ptr == end) return timestamp_from_epoch(whole);
  if (as_whole.ec == std::errc() && *as_whole.ptr == '.') {
    // Seconds with a fraction: exact to the nanosecond, which a double is not.
    std::string_view rest(as_whole.ptr, static_cast<std::size_t>(end - as_whole.ptr));
    const std::int64_t fraction = take_fraction(rest);
    if (fraction >= 0 && rest.empty() && whole >= 0 && whole < kMaxSeconds) {
      return Timestamp::from_ns(whole * 1'000'000'000 + fraction);
    }
  }
  double number = 0;
  const auto as_double = std::from_chars(text.data(), end, number);
  if (as_double.ec == std::errc() && as_double.ptr == end) return timestamp_from_epoch(number);
  return std::nullopt;
}

}  // namespace inkling
