#pragma once

#include <cstdint>
#include <string_view>

#include "core/series.h"

namespace inkling::correlate {

// What a series tells of calls.
enum class CallField : std::uint8_t {
  kNone,
  kRequests,     // how many
  kFailures,     // how many of them failed
  kFailedShare,  // 0..1
  kGoodShare,    // 0..1: availability, success rate
  kSeconds,      // how long one took
};

struct CallReading {
  CallField field = CallField::kNone;
  double scale = 1;         // a value times this is in the field's unit
  bool per_second = false;  // an amount per second, not per window
  int rank = 0;             // of several series for one field the highest counts
};

// Reads it from name and unit ("latency_ms", "success_rate_percent", "requests_per_sec"). A unit is
// never guessed from values: without one a duration is taken as seconds. Quantiles are not read.
CallReading read_call_series(const SeriesInfo& series);

// The service that calls, and the one called, where labels of the series name them; else "".
std::string_view caller_of(const SeriesInfo& series);
std::string_view callee_of(const SeriesInfo& series);

}  // namespace inkling::correlate
