#pragma once

#include <deque>
#include <memory>
#include <string>

#include "app/state_directory.h"
#include "core/incident.h"
#include "core/ledger.h"
#include "core/metrics.h"
#include "core/result.h"
#include "sinks/incident_store.h"
#include "sinks/report.h"

namespace inkling::app {

// Where a live run's incidents go: the store and the report files. A sink that fails is told of and
// counted, and the run goes on. Not thread-safe: the serial step.
class LiveSinks {
 public:
  static Result<std::unique_ptr<LiveSinks>> open(const StatePaths& paths, MetricsRegistry& metrics);

  // An incident was opened, updated or resolved. A revision that the store holds is told to nobody
  // again.
  void deliver(const Incident& incident, const Ledger& ledger);
  // Tries again what a sink could not take; nobody is told of it before. Bounded.
  void flush();
  // While something waits no checkpoint may know of it: a crash would lose it.
  bool has_waiting() const { return !waiting_.empty(); }

 private:
  LiveSinks(const StatePaths& paths, std::unique_ptr<sinks::IncidentStore> store,
            MetricsRegistry& metrics);
  struct Waiting {
    Incident incident;
    sinks::ReportContext context;
  };
  Result<void> keep(const Waiting& item);
  void tell(const Error& error);

  const StatePaths paths_;
  std::unique_ptr<sinks::IncidentStore> store_;
  std::deque<Waiting> waiting_;  // the oldest first
  bool is_failing_ = false;      // told of already
  MetricsRegistry::Counter& delivered_;
  MetricsRegistry::Counter& repeated_;
  MetricsRegistry::Counter& failed_;
};

}  // namespace inkling::app
