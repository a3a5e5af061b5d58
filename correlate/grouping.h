#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/anomaly.h"
#include "core/event.h"
#include "correlate/options.h"
#include "correlate/signal.h"
#include "correlate/topology.h"

namespace inkling::correlate {

// Anomalies and alarms that belong together, while they are collected.
struct Group {
  std::uint64_t key = 0;                       // the incident's id as a number
  std::map<std::uint64_t, Anomaly> anomalies;  // by anomaly id; bounded
  std::vector<Alarm> alarms;
  std::set<std::string> core;  // services it comes from: distance is measured to these only
  Timestamp last_activity;
  std::uint64_t dropped_members = 0;

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.key, s.anomalies, s.alarms, s.core, s.last_activity, s.dropped_members);
  }
};

// How much an anomaly or alarm at `service` and `time` belongs to a group:
//   exp(-gap / join_gap) * 0.6^hops(to the core) * (1 + shared labels)
// 0 if no path of edges leads to the core. Measuring to the core, never to any member, keeps
// incidents from growing together.
double join_weight(const Group& group, const std::string& service, const LabelList& labels,
                   Timestamp time, const Topology& topology, const CorrelateOptions& options);

// True if there is enough to tell people: an alarm, one severe anomaly, or two independent
// anomalies (of different services, or of different roles in one).
bool is_publishable(const Group& group, const CorrelateOptions& options);

// True while something of it is still going on at `now`.
bool is_active(const Group& group, Timestamp now, const CorrelateOptions& options);

// When it began: the first alarm, without one the first anomaly's onset.
Timestamp started(const Group& group);

// What the detectors' anomalies say, in the form look-back gives.
Findings findings_of(const Group& group);

}  // namespace inkling::correlate
