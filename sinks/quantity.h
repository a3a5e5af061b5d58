#pragma once

#include <string>

#include "core/series.h"
#include "core/timestamp.h"

namespace inkling::sinks {

// How the values of a series are shown: divided by `divisor`, `suffix` behind.
struct Scale {
  double divisor = 1;
  std::string suffix;  // " ms", " %", " MiB", " k", ...; "" = none
};

// The scale in which values up to `largest` (absolute) read well: shares as percent, durations in
// ms, s or min, bytes in binary units, anything else with k, M, G beyond 10 000. The unit comes
// from the series alone.
Scale choose_scale(const SeriesInfo& series, double largest);

// "18.4 %", "1.25 s", "13.4 k requests": a value with its unit, 4 significant digits. "no value"
// for NaN.
std::string quantity(double value, const SeriesInfo& series);

// "0.82" as "82 %"; ">99.9 %" and "<0.1 %" at the ends.
std::string percent(double share);

// "02:14:30", and "2026-03-14 02:14:30 UTC"; whole seconds, UTC. "-" if not set.
std::string utc_clock(Timestamp time);
std::string utc_time(Timestamp time);
// From `earlier` to `later`, cut to the longest duration there is (292 years).
Duration time_between(Timestamp earlier, Timestamp later);
// "12m30s"; whole seconds beyond 10 s.
std::string span_of_time(Duration duration);

}  // namespace inkling::sinks
