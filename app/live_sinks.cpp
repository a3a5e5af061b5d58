#include "app/live_sinks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/version.h"
#include "core/log.h"
#include "sinks/report.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostWaiting = 256;

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

void LiveSinks::deliver(const Incident& incident, const Ledger& ledger) {
  if (waiting_.size() >= kMostWaiting) {
    waiting_.pop_front();
    tell({ErrorCode::kIo, "too many incidents wait for the store: the oldest is given up"});
  }
  waiting_.push_back({incident, {"journal", ledger, std::string(kVersion)}});
  flush();
}

void LiveSinks::flush() {
  while (!waiting_.empty()) {
    if (const auto kept = keep(waiting_.front()); !kept) {
      if (!is_failing_) tell(kept.error());
      is_failing_ = true;
      return;
    }
    is_failing_ = false;
    waiting_.pop_front();
  }
}

// What was told before a crash is found again by re-running the journal. The store says so: it is
// written after the report, so what it holds was reported, and before anybody is told.
Result<void> LiveSinks::keep(const Waiting& item) {
  const Incident& incident = item.incident;
  INKLING_TRY_ASSIGN(const auto known, store_->transitions(incident.id));
  const auto is_this = [&](const sinks::IncidentTransition& transition) {
    return transition.revision == incident.revision;
  };
  if (std::ranges::any_of(known, is_this)) {
    repeated_.add();
    return {};
  }
  INKLING_TRY(sinks::write_report(incident, item.context, paths_.reports));
  INKLING_TRY(store_->put(incident, sinks::report_json(incident, item.context)));
  delivered_.add();
  log_info(fmt::format("incident {} revision {} {} {}: {}", incident.id, incident.revision,
                       severity_name(incident.severity), incident_state_name(incident.state),
                       incident.title));
  return {};
}

}  // namespace inkling::app
