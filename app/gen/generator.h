#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/gen/plan.h"
#include "app/gen/scenarios.h"
#include "core/result.h"
#include "core/timestamp.h"

namespace inkling::gen {

struct GenOptions {
  std::string scenario = "bad_deploy";
  std::uint64_t seed = 1;
  Timestamp start = Timestamp::from_seconds(1'772'539'200);  // Tuesday 2026-03-03 12:00 UTC
  Duration length = Duration::zero();                        // zero: the scenario's; at least 3 min
  double requests_per_second = 0;  // from outside, at the daily peak; 0: the scenario's
  double noise = 1;                // factor on everything that has nothing to do with requests
  bool labelled_versions = true;   // log lines name the version that wrote them
  bool innocent_deploy = false;    // one more deploy, of the frontend, two minutes before the onset
  bool rollback = false;           // the culprit is rolled back after three quarters of the fault
  bool split_logs = false;         // one log file per service instead of one for all
};

// What is true of the data, and what was written.
struct GroundTruth {
  std::string scenario;
  std::uint64_t seed = 0;
  TimeRange range;
  IncidentTruth incident = IncidentTruth::kNone;
  std::string kind = "none";            // of fault
  std::string culprit_commit = "none";  // SHA
  std::string culprit_version;          // "" = none
  std::string service;                  // first to fail, "" = none
  Timestamp onset = Timestamp::none();
  Timestamp alarm_at = Timestamp::none();
  std::vector<std::string> decoy_commits;  // deployed and innocent, by time of deploy
  std::vector<std::string> blast_radius;   // services that suffer with it
  std::uint64_t log_lines = 0;
  std::uint64_t log_bytes = 0;
  std::uint64_t metric_points = 0;

  // No incident is to be reported.
  bool quiet() const { return incident == IncidentTruth::kNone; }
};

// Writes a scenario:
//   <directory>/data/logs.ndjson         all services, in the order lines arrive
//                  or logs/<service>.ndjson
//   <directory>/data/metrics.ndjson
//   <directory>/data/changes.ndjson      commits, deploys, flags, notices of outside services
//   <directory>/data/alarms.ndjson       if the scenario has a monitor that fires
//   <directory>/ground_truth.json        beside the data, so that replaying data/ does not read it
// The same options give the same bytes on every machine. kInvalidArgument: unknown scenario, or a
// length or rate out of range; kIo: a file cannot be written (what was written stays).
// Cost: about 100 MB/s of logs, memory independent of the length.
Result<GroundTruth> generate(const GenOptions& options, const std::string& directory);

// ground_truth.json as text.
std::string format_ground_truth(const GroundTruth& truth);
std::string_view incident_truth_name(IncidentTruth incident);

}  // namespace inkling::gen
