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
#include "correlate/own_excess.h"
#include "correlate/release_calls.h"
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
  bool is_relief = false;    // it moved to the better side: fewer errors, shorter durations
  bool is_outbound = false;  // of calls it makes: whom it calls may be at fault
  Timestamp onset;           // earliest change point, or first occurrence
  double before = kAbsent;   // median
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
  double share_before = kAbsent;  // of its service's records, where it is the share that moved
  double share_after = kAbsent;

  bool is_message() const { return series == nullptr; }
  // 0..1: how much it speaks for a fault in its own service.
  double weight() const {
    return role_weight(role) * (is_relief || is_outbound ? 0.3 : 1.0) * deviation /
           (deviation + 6.0);
  }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.service, s.series, s.deviation, s.onset, s.before, s.after, s.plot, s.begin, s.end,
      s.template_id, s.text, s.exemplar, s.version, s.count, s.position, s.share_before,
      s.share_after, s.is_relief, s.is_outbound);
    a.choice(s.role, kLastSeriesRole);
    a.choice(s.direction, Direction::kDown);
    a.choice(s.level, Level::kFatal);
  }
};

// A series that was judged and did not move: it can exonerate.
struct QuietSeries {
  std::string service;
  SeriesRef series;
  std::uint32_t points_after = 0;

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.service, s.series, s.points_after);
    a.require(s.series != nullptr, "a quiet series without a name");
  }
};

// All that was found around an incident, by (onset, service, name).
struct Findings {
  TimeRange range{};
  std::vector<Signal> signals;
  std::vector<QuietSeries> quiet;
  std::vector<ServiceCount> counts;  // by (slot, service, version)
  std::vector<std::string> notes;    // on the data used
  bool looked_back = false;
  std::vector<std::string> services;   // all that had data, sorted
  ExcessByService excess;              // what calls to each service cost more than before
  std::vector<ReleaseCalls> releases;  // of the changes in the range that name a version

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.range, s.signals, s.quiet, s.counts, s.notes, s.looked_back, s.services, s.excess,
      s.releases);
  }
};

// The first onset of a signal strong enough to count; none() without. Demand does not count: more
// requests are a cause or an effect, not a fault.
Timestamp earliest_onset(const std::vector<Signal>& signals, double least_deviation = 6.0);

// A time at which the incident may have begun.
struct OnsetBelief {
  Timestamp time;
  double p = 0;  // that it is the first real sign
};

// What an onset long before an alarm is worth: max(0.2, exp(-gap / 15 min)); 1 without an alarm.
double nearness(Timestamp onset, Timestamp noticed);

// All onsets that may be the first, earliest first, their p adding up to 1: a signal is real with
// p = 0.9 * deviation / (deviation + 6), the onset is that of the first real one. One stray change
// point then neither convicts nor exonerates alone. Demand does not count. Empty without signals.
// Where an alarm tells when it was noticed, the belief is multiplied by nearness().
std::vector<OnsetBelief> onset_beliefs(const std::vector<Signal>& signals,
                                       Timestamp noticed = Timestamp::none());

// Orders by (onset, service, name) and gives them their place.
void sort_signals(std::vector<Signal>& signals);

}  // namespace inkling::correlate
