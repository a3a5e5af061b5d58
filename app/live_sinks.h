#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/state_directory.h"
#include "core/incident.h"
#include "core/ledger.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "core/result.h"
#include "sinks/explanation.h"
#include "sinks/incident_store.h"
#include "sinks/report.h"

namespace inkling::app {

// Where a live run's incidents go: the store and the report files. A sink that fails is told of and
// counted, and the run goes on. Thread-safe.
class LiveSinks {
 public:
  static Result<std::unique_ptr<LiveSinks>> open(const StatePaths& paths, MetricsRegistry& metrics);

  // An incident was opened, updated or resolved. `explanation`: what was last said of it. A
  // revision that the store holds is told to nobody again. The serial step, as flush().
  void deliver(const Incident& incident, const Ledger& ledger,
               std::optional<sinks::Explanation> explanation = {});
  // Tries again what a sink could not take; nobody is told of it before. Bounded.
  void flush();
  // While something waits no checkpoint may know of it: a crash would lose it.
  bool has_waiting() const;
  // Told of each revision that was kept for the first time. Before the first delivery.
  void set_on_kept(std::function<void(const Incident&)> on_kept) { on_kept_ = std::move(on_kept); }
  // The report again, with what a model made of it. Not if a later revision came meanwhile. From
  // any thread.
  void explain(const Incident& incident, const sinks::Explanation& explanation);

 private:
  LiveSinks(const StatePaths& paths, std::unique_ptr<sinks::IncidentStore> store,
            MetricsRegistry& metrics);
  struct Waiting {
    Incident incident;
    sinks::ReportContext context;
  };
  // Whether it is new.
  Result<bool> keep(const Waiting& item) INKLING_REQUIRES(mutex_);
  void tell(const Error& error);

  const StatePaths paths_;
  std::function<void(const Incident&)> on_kept_;
  mutable Mutex mutex_;
  const std::unique_ptr<sinks::IncidentStore> store_;
  std::deque<Waiting> waiting_ INKLING_GUARDED_BY(mutex_);  // the oldest first
  bool is_failing_ INKLING_GUARDED_BY(mutex_) = false;      // told of already
  // What is needed to write a report again.
  struct Written {
    std::uint32_t revision = 0;
    Ledger ledger;
  };
  std::map<std::string, Written> written_ INKLING_GUARDED_BY(mutex_);  // bounded
  MetricsRegistry::Counter& delivered_;
  MetricsRegistry::Counter& repeated_;
  MetricsRegistry::Counter& failed_;
};

}  // namespace inkling::app
