#pragma once

#include <cstdint>
#include <string_view>

#include "core/series.h"

namespace inkling::correlate {

// What a series tells about its service, read from its name and unit.
enum class SeriesRole : std::uint8_t {
  kErrors,      // failures, restarts, timeouts, kills
  kLatency,     // durations, lag
  kSaturation,  // queues, buffers, disks: full is bad
  kResource,    // processor, memory: what the work costs
  kDemand,      // work that is asked for: requests per second
  kCancelled,   // work the caller gave up: a symptom of the caller
  kOther,
};
inline constexpr SeriesRole kLastSeriesRole = SeriesRole::kOther;
std::string_view series_role_name(SeriesRole role);

// By the words of the name ("http_5xx_ratio", "requests_per_sec"), most specific first.
SeriesRole series_role(const SeriesInfo& series);

// Whether less of it is the better side: errors, durations and filling up, but not availability.
bool is_better_low(const SeriesInfo& series);

// Whether it is of calls the service makes ("client_latency").
bool is_of_outbound_calls(const SeriesInfo& series);

// How much a deviation of such a series speaks for a fault in its own service, 0..1.
double role_weight(SeriesRole role);

}  // namespace inkling::correlate
