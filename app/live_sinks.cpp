#include "app/live_sinks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/version.h"
#include "core/log.h"
#include "sinks/report.h"

namespace inkling::app {

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
  // What was told before a crash is found again by re-running the journal. The store says so: it
  // is written last, so what it holds was reported, and before anybody is told.
  const auto known = store_->transitions(incident.id);
  if (!known) tell(known.error());
  const auto is_this = [&](const sinks::IncidentTransition& transition) {
    return transition.revision == incident.revision;
  };
  if (known && std::ranges::any_of(*known, is_this)) {
    repeated_.add();
    return;
  }
  const sinks::ReportContext context{"journal", ledger, std::string(kVersion)};
  if (const auto written = sinks::write_report(incident, context, paths_.reports); !written) {
    tell(written.error());
  }
  if (const auto put = store_->put(incident, sinks::report_json(incident, context)); !put) {
    tell(put.error());
  }
  delivered_.add();
  log_info(fmt::format("incident {} revision {} {} {}: {}", incident.id, incident.revision,
                       severity_name(incident.severity), incident_state_name(incident.state),
                       incident.title));
}

}  // namespace inkling::app
