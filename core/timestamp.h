#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace inkling {

using Duration = std::chrono::nanoseconds;

// A point of event time: nanoseconds since 1970-01-01T00:00:00Z. none() means "the record has no
// time". Event time and processing time (core/clock.h) are different things and never compared.
struct Timestamp {
  std::int64_t ns = std::numeric_limits<std::int64_t>::min();

  static constexpr Timestamp none() { return {}; }
  static constexpr Timestamp from_ns(std::int64_t value) { return {value}; }
  static constexpr Timestamp from_seconds(std::int64_t value) { return {value * 1'000'000'000}; }
  constexpr bool is_set() const { return ns != std::numeric_limits<std::int64_t>::min(); }
  constexpr double seconds() const { return static_cast<double>(ns) / 1e9; }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.count()}; }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.count()}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return Duration(a.ns - b.ns); }
};

// A half-open span of event time: begin <= t < end.
struct TimeRange {
  Timestamp begin;
  Timestamp end;
  constexpr bool contains(Timestamp t) const { return begin <= t && t < end; }
  friend constexpr auto operator<=>(const TimeRange&, const TimeRange&) = default;
};

// Width of the slots in which digests aggregate. Windows are composed of whole slots.
inline constexpr std::int64_t kSlotNs = 10'000'000'000;

// The slot a time falls in (floor, also before 1970), and the time a slot begins at.
constexpr std::int64_t slot_of(Timestamp t) {
  return t.ns / kSlotNs - (t.ns % kSlotNs < 0 ? 1 : 0);
}
constexpr Timestamp slot_begin(std::int64_t slot) { return {slot * kSlotNs}; }

// Formats as RFC 3339 in UTC; the fraction has 0, 3, 6 or 9 digits, as few as are exact.
// "-" for Timestamp::none().
std::string format_timestamp(Timestamp t);

// Reads a time written as text: RFC 3339 (any offset, "T", "t" or a space, "." or "," before the
// fraction), the same without a zone (taken as UTC), "YYYY/MM/DD ...", a date alone, or a number as
// text (see parse_epoch). Nothing if it is none of these or outside 1678..2261.
// Cost: about 15 ns for RFC 3339. Thread-safe.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// Reads a number since the epoch, its unit decided by magnitude: < 1e11 s, < 1e14 ms, < 1e17 us,
// else ns. For inputs whose field does not say the unit. Nothing if not finite or out of range.
std::optional<Timestamp> timestamp_from_epoch(double value);

// The same for whole numbers, exact to the nanosecond.
std::optional<Timestamp> timestamp_from_epoch(std::int64_t value);

}  // namespace inkling
