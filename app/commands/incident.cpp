#include "app/commands/incident.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "app/exit_code.h"
#include "app/state_directory.h"
#include "core/json_writer.h"
#include "sinks/incident_json.h"
#include "sinks/incident_store.h"
#include "sinks/report.h"

namespace inkling::app {
namespace {

int fail_with(std::string_view command, const Error& error) {
  std::fputs(fmt::format("inkling {}: {}\n", command, error.message).c_str(), stderr);
  return exit_code(error);
}

Result<std::unique_ptr<sinks::IncidentStore>> open_store(const IncidentArgs& args) {
  sinks::StoreOptions options;
  options.path = args.store.empty() ? state_paths(args.state_directory).incidents : args.store;
  options.read_only = true;
  return sinks::IncidentStore::open(options);
}

// The stored report of the incident asked for.
Result<std::string> find_report(const sinks::IncidentStore& store, const std::string& id) {
  INKLING_TRY_ASSIGN(auto report, store.report(id));
  if (!report) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no incident begins with \"{}\"; see inkling incident ls", id));
  }
  return std::move(*report);
}

std::string row_json(const sinks::IncidentSummary& row) {
  JsonWriter writer(6);
  writer.begin_object().member("id", row.id).member("revision", row.revision);
  writer.member("state", row.state).member("severity", row.severity).member("title", row.title);
  writer.member("onset", format_timestamp(row.onset));
  writer.member("updated", format_timestamp(row.updated));
  writer.member("top_suspect", row.top_suspect).member("top_p", row.top_p);
  return writer.end_object().take();
}

}  // namespace

int run_incident_ls(const IncidentArgs& args) {
  const auto store = open_store(args);
  if (!store) return fail_with("incident ls", store.error());
  const auto rows = (*store)->list();
  if (!rows) return fail_with("incident ls", rows.error());
  if (!args.json && rows->empty()) std::puts("No incidents yet.");
  for (const sinks::IncidentSummary& row : *rows) {
    if (args.json) {
      std::puts(row_json(row).c_str());
      continue;
    }
    std::puts(fmt::format("{:.8}  {}  {:<8}  {}  {}", row.id, row.severity, row.state,
                          format_timestamp(row.onset), row.title)
                  .c_str());
    if (!row.top_suspect.empty()) {
      std::puts(
          fmt::format("          suspect: {:.40} (p {:.2f})", row.top_suspect, row.top_p).c_str());
    }
  }
  return kExitOk;
}

int run_report(const IncidentArgs& args) {
  const auto store = open_store(args);
  if (!store) return fail_with("report", store.error());
  const auto text = find_report(**store, args.id);
  if (!text) return fail_with("report", text.error());
  if (args.form == "json" || args.json) {
    std::puts(text->c_str());
    return kExitOk;
  }
  const auto stored = sinks::report_from_json(*text);
  if (!stored) return fail_with("report", stored.error());
  const std::string rendered = args.form == "html"
                                   ? sinks::report_html(stored->incident, stored->context)
                                   : sinks::report_markdown(stored->incident, stored->context);
  std::fputs(rendered.c_str(), stdout);
  return kExitOk;
}

int run_incident_show(const IncidentArgs& args) {
  IncidentArgs report = args;
  report.form = args.json ? "json" : "markdown";
  if (const int code = run_report(report); code != kExitOk || args.json) return code;
  const auto store = open_store(args);
  if (!store) return fail_with("incident show", store.error());
  const auto text = find_report(**store, args.id);
  if (!text) return fail_with("incident show", text.error());
  const auto incident = sinks::incident_from_json(*text);
  if (!incident) return fail_with("incident show", incident.error());
  const auto steps = (*store)->transitions(incident->id);
  if (!steps) return fail_with("incident show", steps.error());
  std::puts("\n## Life\n");
  for (const sinks::IncidentTransition& step : *steps) {
    std::puts(fmt::format("- {} revision {}: {} {}", format_timestamp(step.time), step.revision,
                          step.state, step.severity)
                  .c_str());
  }
  return kExitOk;
}

}  // namespace inkling::app
