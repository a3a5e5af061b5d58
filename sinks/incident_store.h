#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/incident.h"
#include "core/result.h"
#include "sinks/options.h"

namespace inkling::sinks {

// One row of `inkling incident ls`.
struct IncidentSummary {
  std::string id;
  std::uint32_t revision = 0;
  std::string state;
  std::string severity;
  std::string title;
  Timestamp onset;
  Timestamp updated;
  std::string top_suspect;  // "" = none
  double top_p = 0;
};

// One step in an incident's life.
struct IncidentTransition {
  std::uint32_t revision = 0;
  Timestamp time;
  std::string state;
  std::string severity;
  std::string title;
};

// Incidents in SQLite: the latest revision of each, as its JSON report, and the list of
// transitions. Any number of processes may read while one writes. Not thread-safe: one owner.
// Errors are kIo and name the file; opening a missing file read-only is kNotFound.
class IncidentStore {
 public:
  static Result<std::unique_ptr<IncidentStore>> open(const StoreOptions& options);
  virtual ~IncidentStore() = default;

  // Keeps a revision; an older or equal one than what is there changes nothing.
  virtual Result<void> put(const Incident& incident, std::string_view report_json) = 0;
  // Puts another report in place of that of this very revision; nothing if there is a later one.
  virtual Result<void> amend(const Incident& incident, std::string_view report_json) = 0;
  // By onset, latest first.
  virtual Result<std::vector<IncidentSummary>> list() const = 0;
  // The JSON report of an incident; `id` may be a unique prefix. Nothing if there is none,
  // kInvalidArgument if several begin like this.
  virtual Result<std::optional<std::string>> report(std::string_view id) const = 0;
  // The revisions kept of an incident (whole id), oldest first; empty if there is none.
  virtual Result<std::vector<IncidentTransition>> transitions(std::string_view id) const = 0;
};

}  // namespace inkling::sinks
