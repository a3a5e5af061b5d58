#include "ingest/lines/line_time.h"

#include <chrono>
#include <cstdint>

#include "ingest/lines/line_zone.h"
#include "ingest/lines/time_cursor.h"

namespace inkling::ingest {
namespace {

struct Date {
  int year = -1;  // -1: not said
  int month = 0;
  int day = 0;
};

struct ClockTime {
  std::int64_t seconds = 0;  // of the day
  std::int64_t ns = 0;
};

bool is_plausible(const Date& date) {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31 &&
         (date.year < 0 || (date.year >= 1970 && date.year < 2262));
}

// ".123", ",123" or ":123" behind seconds.
std::int64_t take_fraction(TimeCursor& cursor) {
  const char mark = cursor.peek();
  if ((mark != '.' && mark != ',' && mark != ':') || !is_digit(cursor.peek(1))) return 0;
  if (mark == ':' && !is_digit(cursor.peek(2))) return 0;  // "12:00:00:5" is no fraction
  cursor.skip(1);
  std::int64_t ns = 0;
  int digits = 0;
  for (; is_digit(cursor.peek()); cursor.skip(1), ++digits) {
    if (digits < 9) ns = ns * 10 + (cursor.peek() - '0');
  }
  for (; digits < 9; ++digits) ns *= 10;
  return ns;
}

// "15:04:05.123", "3:04:05 PM", "15.04.05"; `compact`: "150405" as well. False if there is none.
bool take_clock(TimeCursor& cursor, ClockTime& clock, bool compact = false) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  const std::size_t digits = cursor.digits();
  if (compact && digits == 6) {
    hour = static_cast<int>(cursor.number(2));
    minute = static_cast<int>(cursor.number(2));
    second = static_cast<int>(cursor.number(2));
  } else {
    if (digits < 1 || digits > 2) return false;
    hour = cursor.short_number();
    const char mark = cursor.peek();
    if (mark != ':' && mark != '.') return false;
    cursor.skip(1);
    if (cursor.digits() != 2) return false;
    minute = static_cast<int>(cursor.number(2));
    if (cursor.peek() == mark && is_digit(cursor.peek(1)) && is_digit(cursor.peek(2))) {
      cursor.skip(1);
      second = static_cast<int>(cursor.number(2));
    } else if (mark == '.') {
      return false;  // "12.34" is a number
    }
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  clock.ns = take_fraction(cursor);
  if (cursor.peek() == ' ' && (cursor.peek(1) == 'A' || cursor.peek(1) == 'P') &&
      cursor.peek(2) == 'M' && hour <= 12) {
    hour = hour % 12 + (cursor.peek(1) == 'P' ? 12 : 0);
    cursor.skip(3);
  }
  clock.seconds = hour * 3600 + minute * 60 + second;
  return true;
}

std::int64_t days_of(const Date& date) {
  const std::chrono::year_month_day day(std::chrono::year(date.year),
                                        std::chrono::month(static_cast<unsigned>(date.month)),
                                        std::chrono::day(static_cast<unsigned>(date.day)));
  return std::chrono::sys_days(day).time_since_epoch().count();
}

int year_of(Timestamp time) {
  const auto days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(time.ns)));
  return static_cast<int>(std::chrono::year_month_day(days).year());
}

std::int64_t default_offset(const LineContext& context) {
  return std::chrono::duration_cast<std::chrono::seconds>(context.utc_offset).count();
}

Timestamp compose(Date date, const ClockTime& clock, std::int64_t offset_seconds,
                  const LineContext& context) {
  const auto at = [&](int year) {
    date.year = year;
    const std::int64_t seconds = days_of(date) * 86'400 + clock.seconds - offset_seconds;
    return Timestamp::from_ns(seconds * 1'000'000'000 + clock.ns);
  };
  if (date.year >= 0) return at(date.year);
  if (!context.arrival.is_set()) return at(context.year);
  // A line of last December that arrives in January; a clock that is a day ahead is not.
  const int year = year_of(context.arrival);
  const Timestamp time = at(year);
  return time > context.arrival + std::chrono::hours(48) ? at(year - 1) : time;
}

// True if the time may end here.
bool ends_word(const TimeCursor& cursor) {
  const char c = cursor.peek();
  return !(is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

// A date, then something between, then a clock and perhaps a zone.
FoundTime finish(TimeCursor& cursor, const Date& date, const LineContext& context,
                 bool compact_clock = false) {
  if (!is_plausible(date)) return {};
  ClockTime clock;
  if (!take_clock(cursor, clock, compact_clock)) return {};
  FoundTime found;
  std::int64_t offset = default_offset(context);
  if (const auto zone = find_zone(cursor.rest())) {
    offset = zone->offset_seconds;
    cursor.skip(zone->size);
    found.has_zone = true;
  }
  if (!ends_word(cursor)) return {};
  found.time = compose(date, clock, offset, context);
  found.size = cursor.at();
  return found;
}

// "2006-01-02T15:04:05", "2006/01/02 15:04:05", "2006-01-02-15.04.05.000", "2006.01.02" alone.
FoundTime find_year_first(TimeCursor cursor, const LineContext& context) {
  Date date;
  date.year = static_cast<int>(cursor.number(4));
  const char mark = cursor.peek();
  cursor.skip(1);
  date.month = cursor.short_number();
  if (!cursor.take(mark)) return {};
  date.day = cursor.short_number();
  if (!is_plausible(date)) return {};
  const std::size_t date_end = cursor.at();
  const char between = cursor.peek();
  if (between == ' ' || between == 'T' || between == 't' || between == '_' || between == '-' ||
      between == ':') {
    cursor.skip(1);
    while (between == ' ' && cursor.peek() == ' ') cursor.skip(1);
    if (const FoundTime found = finish(cursor, date, context); found.size > 0) return found;
  }
  cursor.go(date_end);
  if (!ends_word(cursor) || cursor.peek() == mark) return {};
  return {.time = compose(date, {}, default_offset(context), context), .size = date_end};
}

// Dates of one or two digits first: "01/02/2006 ...", "02/Jan/2006:...", "06/01/02 ...", "01-02
// ...".
FoundTime find_short_first(TimeCursor cursor, const LineContext& context) {
  const int first = cursor.short_number();
  const char mark = cursor.peek();
  if (mark == ':') {  // a clock alone
    cursor.go(0);
    ClockTime clock;
    if (cursor.digits() != 2 || !take_clock(cursor, clock) || cursor.at() < 8) return {};
    return ends_word(cursor) ? FoundTime{.size = cursor.at()} : FoundTime{};
  }
  cursor.skip(1);
  Date date;
  if (mark == ' ' || mark == '/' || mark == '-') {
    if (const int month = cursor.month_name(); month > 0) {  // "02 Jan 2006 15:04:05"
      date.month = month;
      date.day = first;
      if (cursor.peek() != mark || cursor.digits() != 0) return {};
      cursor.skip(1);
      if (cursor.digits() != 4) return {};
      date.year = static_cast<int>(cursor.number(4));
      if (!cursor.take(':') && !cursor.take(' ') && !cursor.take('T')) return {};
      return finish(cursor, date, context);
    }
  }
  if (mark != '/' && mark != '-' && mark != '.') return {};
  const std::size_t second_digits = cursor.digits();
  if (second_digits < 1 || second_digits > 2) return {};
  const int second = cursor.short_number();
  if (cursor.peek() == ' ') {  // no year
    if (second_digits != 2) return {};
    date.month = first > 12 ? second : first;
    date.day = first > 12 ? first : second;
    while (cursor.take(' ')) {
    }
    FoundTime found = finish(cursor, date, context);
    found.is_month_day = true;
    return found;
  }
  if (!cursor.take(mark)) return {};
  const std::size_t third_digits = cursor.digits();
  if (third_digits == 4) {
    // With points or dashes the day comes first, with slashes the month, unless that cannot be.
    const bool day_first = mark != '/' ? second <= 12 : first > 12;
    date.day = day_first ? first : second;
    date.month = day_first ? second : first;
    date.year = static_cast<int>(cursor.number(4));
  } else if (third_digits == 2) {  // "06/01/02", as log4j's short form writes it
    date.year = 2000 + first;
    date.month = second;
    date.day = static_cast<int>(cursor.number(2));
  } else {
    return {};
  }
  if (!cursor.take(' ') && !cursor.take('T') && !cursor.take(',')) return {};
  while (cursor.take(' ')) {
  }
  return finish(cursor, date, context);
}

// "060102 150405", "060102 15:04:05".
FoundTime find_six_digits(TimeCursor cursor, const LineContext& context) {
  Date date;
  date.year = 2000 + static_cast<int>(cursor.number(2));
  date.month = static_cast<int>(cursor.number(2));
  date.day = static_cast<int>(cursor.number(2));
  if (!cursor.take(' ')) return {};
  while (cursor.take(' ')) {
  }
  return finish(cursor, date, context, true);
}

// "20060102-15:04:05:000", "20060102 150405", "20060102T150405Z".
FoundTime find_eight_digits(TimeCursor cursor, const LineContext& context) {
  Date date;
  date.year = static_cast<int>(cursor.number(4));
  date.month = static_cast<int>(cursor.number(2));
  date.day = static_cast<int>(cursor.number(2));
  if (!cursor.take('-') && !cursor.take(' ') && !cursor.take('T')) return {};
  return finish(cursor, date, context, true);
}

// Seconds, milli-, micro- or nanoseconds since 1970, from 2001 to 2100.
FoundTime find_epoch(TimeCursor cursor, std::size_t digits) {
  std::int64_t value = cursor.number(digits);
  std::int64_t fraction = 0;
  if (digits == 10 && cursor.peek() == '.') fraction = take_fraction(cursor);
  if (!ends_word(cursor) || cursor.peek() == '.' || cursor.peek() == ':') return {};
  constexpr std::int64_t kLatest = 4'102'444'800'000'000'000;
  for (std::size_t i = digits; i < 19; i += 3) {
    if (value > kLatest / 1000) return {};
    value *= 1000;
  }
  if (value < 978'307'200'000'000'000 || value > kLatest) return {};
  return {.time = Timestamp::from_ns(value + fraction), .size = cursor.at(), .is_epoch = true};
}

// "Jan  2 15:04:05", "Jan 2 2006 15:04:05", "Jan 02, 2006 3:04:05 PM", "Jan 2 15:04:05 2006".
FoundTime find_month_first(TimeCursor cursor, const LineContext& context, bool after_weekday) {
  Date date;
  date.month = cursor.month_name();
  if (date.month == 0 || !cursor.take(' ')) return {};
  while (cursor.take(' ')) {
  }
  date.day = cursor.short_number();
  if (date.day < 0) return {};
  const bool comma = cursor.take(',');
  if (!cursor.take(' ')) return {};
  const bool year_inside = cursor.digits() == 4;
  if (year_inside) {
    date.year = static_cast<int>(cursor.number(4));
    if (!cursor.take(' ')) return {};
  } else if (comma) {
    return {};
  }
  TimeCursor behind_date = cursor;
  FoundTime found = finish(cursor, date, context);
  if (found.size == 0 || year_inside) return found;
  // asctime: the year comes last.
  if (after_weekday && cursor.peek() == ' ') {
    TimeCursor last = cursor;
    last.skip(1);
    if (last.digits() == 4) {
      date.year = static_cast<int>(last.number(4));
      ClockTime clock;
      take_clock(behind_date, clock);
      if (is_plausible(date) && ends_word(last)) {
        std::int64_t offset = default_offset(context);
        if (const auto zone = find_zone(behind_date.rest())) offset = zone->offset_seconds;
        return {.time = compose(date, clock, offset, context), .size = last.at()};
      }
    }
  }
  found.is_bsd = !after_weekday;
  return found;
}

// "Mon Jan  2 15:04:05.000000 2006", "Mon, 02 Jan 2006 15:04:05 GMT".
FoundTime find_weekday_first(TimeCursor cursor, const LineContext& context) {
  cursor.skip(3);
  const bool comma = cursor.take(',');
  if (!cursor.take(' ')) return {};
  const std::size_t skipped = cursor.at();
  TimeCursor inner(cursor.rest());
  FoundTime found = is_digit(inner.peek()) ? find_short_first(inner, context)
                    : comma                ? FoundTime{}
                                           : find_month_first(inner, context, true);
  if (found.size > 0) found.size += skipped;
  return found;
}

}  // namespace

FoundTime find_time(std::string_view text, const LineContext& context) {
  const TimeCursor cursor(text);
  const char first = cursor.peek();
  if (is_digit(first)) {
    const std::size_t digits = cursor.digits();
    const char mark = cursor.peek(digits);
    switch (digits) {
      case 1:
      case 2:
        return find_short_first(cursor, context);
      case 4:
        if (mark == '-' || mark == '/' || mark == '.') return find_year_first(cursor, context);
        return {};
      case 6:
        return find_six_digits(cursor, context);
      case 8:
        return find_eight_digits(cursor, context);
      case 10:
      case 13:
      case 16:
      case 19:
        return find_epoch(cursor, digits);
      default:
        return {};
    }
  }
  if (text.size() < 15 || static_cast<unsigned char>((first | 0x20) - 'a') > 25) return {};
  if (text[3] == ' ' || text[3] == ',') {
    if (is_weekday(text)) return find_weekday_first(cursor, context);
    return find_month_first(cursor, context, false);
  }
  return {};
}

}  // namespace inkling::ingest
