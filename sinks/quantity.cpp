#include "sinks/quantity.h"

#include <array>
#include <chrono>
#include <cmath>

#include "core/json_writer.h"
#include "core/units.h"
#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

constexpr int kDigits = 4;

bool is_one_of(std::string_view unit, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (unit == name) return true;
  }
  return false;
}

Scale duration_scale(double unit_seconds, double largest) {
  const double seconds = largest * unit_seconds;
  if (seconds >= 300) return {60 / unit_seconds, " min"};
  if (seconds >= 1) return {1 / unit_seconds, " s"};
  if (seconds >= 1e-3) return {1e-3 / unit_seconds, " ms"};
  return {1e-6 / unit_seconds, " \xC2\xB5s"};
}

Scale byte_scale(double largest) {
  static constexpr std::array kUnits = {" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  double divisor = 1;
  while (unit + 1 < kUnits.size() && largest >= divisor * 1024) {
    divisor *= 1024;
    ++unit;
  }
  return {divisor, kUnits[unit]};
}

Scale decimal_scale(double largest, const std::string& unit) {
  struct Step {
    double from;
    double divisor;
    const char* letter;
  };
  static constexpr std::array kSteps = {Step{1e10, 1e9, "G"}, Step{1e7, 1e6, "M"},
                                        Step{1e4, 1e3, "k"}};
  for (const Step& step : kSteps) {
    if (largest >= step.from && largest < 1e15) {
      return {step.divisor, std::string(" ") + step.letter + unit};
    }
  }
  return {1, unit};
}

}  // namespace

Scale choose_scale(const SeriesInfo& series, double largest) {
  largest = std::abs(largest);
  if (!std::isfinite(largest)) largest = 0;
  const std::string_view unit = series.unit;
  if (series.kind == SeriesKind::kErrorRatio || unit == "ratio") return {0.01, " %"};
  if (is_one_of(unit, {"%", "percent"})) return {1, " %"};
  if (is_one_of(unit, {"ms", "milliseconds"}) ||
      (unit.empty() && series.kind == SeriesKind::kLatency)) {
    return duration_scale(1e-3, largest);
  }
  if (is_one_of(unit, {"s", "seconds"})) return duration_scale(1, largest);
  if (is_one_of(unit, {"us", "microseconds"})) return duration_scale(1e-6, largest);
  if (is_one_of(unit, {"B", "bytes", "By"})) return byte_scale(largest);
  std::string word;
  if (!unit.empty() && unit != "1") {
    word = (unit.front() == '/' ? "" : " ") + clean_text(unit, 16);
  } else if (series.kind == SeriesKind::kLogRate) {
    word = " records/s";
  } else if (series.kind == SeriesKind::kTemplateCount) {
    word = " records";
  }
  return decimal_scale(largest, word);
}

std::string quantity(double value, const SeriesInfo& series) {
  if (!std::isfinite(value)) return "no value";
  const Scale scale = choose_scale(series, value);
  return format_number(value / scale.divisor, kDigits) + scale.suffix;
}

std::string percent(double share) {
  if (!std::isfinite(share)) return "unknown";
  if (share > 0.999) return ">99.9 %";
  if (share > 0 && share < 0.001) return "<0.1 %";
  return format_number(share * 100, 3) + " %";
}

std::string utc_clock(Timestamp time) {
  return time.is_set() ? format_timestamp(time).substr(11, 8) : "-";
}

std::string utc_time(Timestamp time) {
  if (!time.is_set()) return "-";
  const std::string text = format_timestamp(time);
  return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

Duration time_between(Timestamp earlier, Timestamp later) {
  std::int64_t ns = 0;
  if (!__builtin_sub_overflow(later.ns, earlier.ns, &ns)) return Duration(ns);
  return later < earlier ? Duration::min() + Duration(1) : Duration::max();
}

std::string span_of_time(Duration duration) {
  const bool fine = duration > Duration(0) && duration < std::chrono::seconds(10);
  const std::int64_t unit = fine ? 1'000'000 : 1'000'000'000;
  return format_duration(Duration(duration.count() / unit * unit));
}

}  // namespace inkling::sinks
