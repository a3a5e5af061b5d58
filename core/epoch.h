#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/anomaly.h"
#include "core/event.h"
#include "core/timestamp.h"
#include "core/verdict.h"

namespace inkling {

// What one version of a service did in one closed slot. Integer counts: exact whatever the cut.
struct ServiceCount {
  std::int64_t slot = 0;  // core/timestamp.h
  std::string service;
  std::string version;  // "" = not said
  std::uint64_t records = 0;
  std::uint64_t error_records = 0;  // level error or worse
  std::uint64_t requests = 0;       // records with a status or a duration
  std::uint64_t failures = 0;       // requests with status >= 500, or level error or worse
};

// A template seen for the first time by a service or by a version of it.
struct TemplateSighting {
  Timestamp time;
  TemplateId id;
  std::string service;
  std::string version;
  Level level = Level::kUnknown;
  std::string text;      // the template
  std::string exemplar;  // the redacted message
  Position position;
  bool new_to_service = false;  // else only new to the version
  bool in_warm_up = false;      // everything is new at the start
};

// What leaves the in-order merge when an epoch ends: everything that happened before the watermark
// and was not told before. Each list is sorted by (time, series id or name, arrival).
struct EpochResult {
  Timestamp watermark = Timestamp::none();
  bool final = false;  // end of input: nothing follows
  std::vector<Verdict> verdicts;
  std::vector<AnomalyUpdate> anomalies;
  std::vector<ServiceCount> counts;
  std::vector<TemplateSighting> sightings;
  std::vector<Change> changes;
  std::vector<Alarm> alarms;
  std::vector<Call> calls;

  void clear();
};

}  // namespace inkling
