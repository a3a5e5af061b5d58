#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/timestamp.h"

namespace inkling::correlate {

struct TopologyEdge {
  std::string caller;
  std::string callee;
};

struct CorrelateOptions {
  double prior_change = 0.5;                // that some change is to blame
  Duration ramp = std::chrono::minutes(2);  // a deploy may show its effect this much early or late
  Duration decay = std::chrono::minutes(30);        // tau of the time term
  Duration change_window = std::chrono::hours(24);  // older changes are no suspects
  Duration join_gap =
      std::chrono::minutes(5);  // half the weight of joining is lost in about this time
  double join_threshold = 0.1;
  Duration quiet_to_resolve = std::chrono::minutes(10);
  Duration alarm_hold =
      std::chrono::minutes(30);  // an alarm whose sender never says "resolved" counts this long
  Duration look_back = std::chrono::hours(3);    // re-read before an alarm
  std::uint64_t look_back_bytes = 256ull << 20;  // at most
  // For digests of the latest frames, which need not be read again then; 0 = none are kept.
  std::uint64_t look_back_memory = 16ull << 20;
  // Incidents without an alarm are re-read once each, at most this many an hour of event time.
  std::uint32_t silent_look_backs_per_hour = 1;
  // Changes are looked at once each for what they moved, at most this many an hour of event time.
  std::uint32_t change_checks_per_hour = 4;
  std::uint32_t max_impacts = 10'000;  // of changes on series, remembered; the oldest go first
  double severe_strength = 0.9;        // one anomaly this strong opens an incident alone, 0..1
  std::uint32_t max_open_incidents = 1'000;
  std::uint32_t max_resolved_incidents = 1'000;  // kept for incidents(); the oldest goes first
  std::uint32_t max_changes = 10'000;
  std::uint32_t max_edges = 20'000;      // of the call graph; the least recently seen goes first
  std::uint32_t max_members = 200;       // anomalies per incident
  std::uint32_t max_sightings = 5'000;   // new templates remembered; the oldest goes first
  std::uint32_t max_counts = 50'000;     // (service, version, slot) sums remembered
  std::uint32_t max_suspects = 20;       // changes listed per incident
  std::vector<std::string> user_facing;  // services users call directly: weigh in severity
  std::vector<TopologyEdge> topology;
};

}  // namespace inkling::correlate
