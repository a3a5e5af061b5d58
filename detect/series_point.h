#pragma once

#include <cstdint>
#include <string>

#include "core/position.h"
#include "core/series.h"
#include "core/timestamp.h"

namespace inkling::detect {

// One value that is to be judged: a closed window of a series, or one point of it.
struct SeriesPoint {
  SeriesRef series;
  Timestamp begin;
  Timestamp end;             // exclusive; equal to begin for a point
  Timestamp order;           // sorts the points of all series; never goes back within a series
  double value = 0;          // NaN = the row has no value
  std::uint64_t events = 0;  // requests or records behind it; 0 = not known
  std::uint64_t hits = 0;    // of them failures; for ratios
  double expected_share =
      0;                 // counts of templates: total of the service, which scales the expectation
  Duration period{};     // of the series; zero = not known yet
  bool mature = false;   // its service is known long enough: what is new is news
  bool silence = false;  // the series has stopped: there is no value
  bool tick = false;     // nothing but the time: for limits whose windows end
  bool stale = false;    // with silence: its rows go on, without values
  bool reset = false;    // its counter began anew with this value
  bool is_new = false;   // first sighting of a template
  Position position;
  std::string exemplar;  // redacted text, for new templates
};

}  // namespace inkling::detect
