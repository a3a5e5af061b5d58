#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/gen/shop.h"
#include "core/timestamp.h"

namespace inkling::gen {

// Code that was merged.
struct Commit {
  std::string sha;  // 40 hex digits
  Timestamp time;
  std::string author;
  std::string message;
  std::vector<std::string> files;
  std::string diff;  // "" = none
};

// A new version of a service. Requests move to it in four steps: 10 %, 30 %, 60 %, all.
struct Deploy {
  Timestamp time;
  ServiceId service = ServiceId::kFrontend;
  std::string version;
  std::string commit;  // SHA
  Duration rollout = std::chrono::minutes(4);
  bool rollback = false;
};

// A feature flag, or the status page of the provider.
struct Notice {
  Timestamp time;
  std::string kind;     // "flag" or "external"
  std::string service;  // the shop's or the provider's name
  std::string title;
  std::string actor;
};

enum class FaultKind : std::uint8_t {
  kErrors,          // share of requests that end in 500
  kSlow,            // factor on the time of its own work
  kSurge,           // factor on the traffic from outside
  kLeak,            // share of the free memory lost over the fault's length; restarts when full
  kSlowConsumer,    // factor on what the queue's consumer manages
  kProviderOutage,  // share of the calls to the provider that time out
  kLogFlood,        // factor on the service's lines, all of one text
  kSilence,         // its lines do not arrive; it works
  kClockOffset,     // seconds that the clock of task 0 is off
};

struct Fault {
  FaultKind kind = FaultKind::kErrors;
  ServiceId service = ServiceId::kFrontend;
  Timestamp begin;
  Timestamp end;
  Duration ramp = Duration::zero();  // from nothing to full strength
  double strength = 0;
  std::string version;  // only requests served by this version; "" = all
};

// A monitor of somebody else: fires when the mean over `window` stays above the threshold.
struct AlarmRule {
  ServiceId service = ServiceId::kFrontend;
  std::string metric;
  double threshold = 0;
  Duration window = std::chrono::minutes(3);
  std::string monitor;
  std::string summary;
  std::string severity = "critical";
};

// What to make of an incident that a watcher reports on this data.
enum class IncidentTruth : std::uint8_t {
  kNone,      // anything reported is a false alarm
  kAllowed,   // something is wrong, but nothing that must wake a person
  kExpected,  // must be found
};

// Everything that is decided before the first request: what happens in the shop, and when.
struct Plan {
  std::string scenario;
  TimeRange range;
  double requests_per_second = 0;  // from outside, at the daily peak
  std::vector<Commit> commits;     // by time
  std::vector<Deploy> deploys;     // by time
  std::vector<Notice> notices;
  std::vector<Fault> faults;
  std::vector<AlarmRule> alarms;

  // The truth that the faults are made from.
  IncidentTruth incident = IncidentTruth::kNone;
  std::string kind = "none";
  std::string culprit_commit = "none";
  std::string culprit_version;
  std::string service;  // first to fail, "" = none
  Timestamp onset = Timestamp::none();
  std::vector<std::string> blast_radius;  // services that suffer with it
};

// Inserts behind everything that is not later, for short lists that must be in order of `time`.
template <class T>
T& insert_by_time(std::vector<T>& list, T item) {
  const auto later = std::upper_bound(list.begin(), list.end(), item,
                                      [](const T& a, const T& b) { return a.time < b.time; });
  return *list.insert(later, std::move(item));
}

}  // namespace inkling::gen
