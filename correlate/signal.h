#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/anomaly.h"
#include "core/event.h"
#include "core/history.h"
#include "core/level.h"
#include "core/series.h"
#include "core/timestamp.h"
#include "correlate/series_role.h"

namespace inkling::correlate {

// One thing that is not as before: a series that left its place, or a message that is new. The
// common currency of look-back and of the detectors' anomalies.
struct Signal {
  std::string service;
  SeriesRef series;  // null for a message
  SeriesRole role = SeriesRole::kOther;
  double deviation = 0;  // robust deviation (section "robust deviation" of docs), >= 0
  Direction direction = Direction::kUp;
  Timestamp onset;          // earliest change point, or first occurrence
  double before = kAbsent;  // median
  double after = kAbsent;
  std::vector<BandPoint> plot;
  Timestamp begin = Timestamp::none();  // of the values judged
  Timestamp end = Timestamp::none();
  // Of a message.
  TemplateId template_id;
  Level level = Level::kUnknown;
  std::string text;
  std::string exemplar;
  std::string version;
  std::uint64_t count = 0;
  Position position;

  bool is_message() const { return series == nullptr; }
  // 0..1: how much it speaks for a fault in its own service.
  double weight() const { return role_weight(role) * deviation / (deviation + 6.0); }
};

// A series that was judged and did not move: it can exonerate.
struct QuietSeries {
  std::string service;
  SeriesRef series;
  std::uint32_t points_after = 0;
};

// All that was found around an incident, by (onset, service, name).
struct Findings {
  TimeRange range{};
  std::vector<Signal> signals;
  std::vector<QuietSeries> quiet;
  std::vector<ServiceCount> counts;  // by (slot, service, version)
  std::vector<std::string> notes;    // on the data used
  bool looked_back = false;
  std::vector<std::string> services;  // all that had data, sorted
};

// The first onset of a signal strong enough to count, of any role; none() without.
Timestamp earliest_onset(const std::vector<Signal>& signals, double least_deviation = 6.0);

// Orders by (onset, service, name) and gives them their place.
void sort_signals(std::vector<Signal>& signals);

}  // namespace inkling::correlate
