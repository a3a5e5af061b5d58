#include "app/live_sinks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "app/version.h"
#include "core/log.h"
#include "sinks/report.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostWaiting = 256;
// Incidents whose report can be written again; any is forgotten beyond it.
constexpr std::size_t kMaxWritten = 10'000;

}  // namespace

LiveSinks::LiveSinks(const StatePaths& paths, std::unique_ptr<sinks::IncidentStore> store,
                     MetricsRegistry& metrics)
    : paths_(paths),
      store_(std::move(store)),
      delivered_(metrics.counter("inkling_sinks_incident_revisions_total",
                                 "Revisions of incidents given to the store and to report files")),
      repeated_(metrics.counter("inkling_sinks_incident_repeats_total",
                                "Revisions found again after a restart, and not told again")),
      failed_(metrics.counter("inkling_sinks_errors_total",
                              "Revisions of incidents that a sink could not take")) {}

Result<std::unique_ptr<LiveSinks>> LiveSinks::open(const StatePaths& paths,
                                                   MetricsRegistry& metrics) {
  sinks::StoreOptions options;
  options.path = paths.incidents;
  INKLING_TRY_ASSIGN(auto store, sinks::IncidentStore::open(options));
  return std::unique_ptr<LiveSinks>(new LiveSinks(paths, std::move(store), metrics));
}

void LiveSinks::tell(const Error& error) {
  failed_.add();
  log_error(fmt::format("an incident could not be kept: {}", error.message));
}

void LiveSinks::deliver(const Incident& incident, const Ledger& ledger,
                        std::optional<sinks::Explanation> explanation) {
  {
    MutexLock lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      waiting_.pop_front();
      tell({ErrorCode::kIo, "too many incidents wait for the store: the oldest is given up"});
    }
    waiting_.push_back(
        {incident, {"journal", ledger, std::string(kVersion), std::move(explanation)}});
  }
  flush();
}

void LiveSinks::flush() {
  std::vector<Incident> kept;
  {
    MutexLock lock(mutex_);
    while (!waiting_.empty()) {
      const auto is_new = keep(waiting_.front());
      if (!is_new) {
        if (!is_failing_) tell(is_new.error());
        is_failing_ = true;
        break;
      }
      is_failing_ = false;
      if (*is_new) kept.push_back(std::move(waiting_.front().incident));
      waiting_.pop_front();
    }
  }
  // Without the lock: who is told may have it explained at once.
  for (const Incident& incident : kept) {
    if (on_kept_) on_kept_(incident);
  }
}

bool LiveSinks::has_waiting() const {
  MutexLock lock(mutex_);
  return !waiting_.empty();
}

// What was told before a crash is found again by re-running the journal. The store says so: it is
// written after the report, so what it holds was reported, and before anybody is told.
Result<bool> LiveSinks::keep(const Waiting& item) {
  const Incident& incident = item.incident;
  INKLING_TRY_ASSIGN(const auto known, store_->transitions(incident.id));
  const auto is_this = [&](const sinks::IncidentTransition& transition) {
    return transition.revision == incident.revision;
  };
  if (std::ranges::any_of(known, is_this)) {
    repeated_.add();
    return false;
  }
  INKLING_TRY(sinks::write_report(incident, item.context, paths_.reports));
  INKLING_TRY(store_->put(incident, sinks::report_json(incident, item.context)));
  if (written_.size() >= kMaxWritten) written_.erase(written_.begin());
  written_[incident.id] = {incident.revision, item.context.ledger};
  delivered_.add();
  log_info(fmt::format("incident {} revision {} {} {}: {}", incident.id, incident.revision,
                       severity_name(incident.severity), incident_state_name(incident.state),
                       incident.title));
  return true;
}

void LiveSinks::explain(const Incident& incident, const sinks::Explanation& explanation) {
  MutexLock lock(mutex_);
  const auto at = written_.find(incident.id);
  if (at == written_.end() || at->second.revision != incident.revision) return;
  const sinks::ReportContext context{"journal", at->second.ledger, std::string(kVersion),
                                     explanation};
  if (const auto put = store_->amend(incident, sinks::report_json(incident, context)); !put) {
    tell(put.error());
  }
  if (const auto written = sinks::write_report(incident, context, paths_.reports); !written) {
    tell(written.error());
  }
}

}  // namespace inkling::app
