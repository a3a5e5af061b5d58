#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/anomaly.h"
#include "core/incident.h"
#include "core/series.h"
#include "core/verdict.h"
#include "sinks/report.h"

namespace inkling::sinks {

// Lines of `replay --emit`, a contract with other people's scorers: one JSON object each, with its
// newline, member names as in docs/formats.md. Numbers print in their shortest exact form; NaN is
// null. Times are RFC 3339 in UTC.

// One row of a per-point series; `line` is the physical line of `source` it came from.
std::string verdict_line(std::string_view source, std::uint64_t line, const Verdict& verdict);

// One physical line of a log and the template it belongs to.
struct TemplateRow {
  std::string_view source;
  std::uint64_t line = 0;
  TemplateId skeleton_id;  // of the line's own skeleton
  TemplateId arrival_id;   // the template as it was when the line arrived
  TemplateId template_id;  // the template as it is at the end of the input
  std::string_view text;   // of the final template
};
std::string template_line(const TemplateRow& row);

std::string anomaly_line(const Anomaly& anomaly);
// The incident JSON (docs/formats.md); the report is the same with the run it came from.
std::string incident_line(const Incident& incident);
std::string report_line(const Incident& incident, const ReportContext& context);

// All rows of an incident: its changes by rank with the row `none` ("no change explains this") at
// its place by p, then its nodes by rank. One text of many lines.
std::string suspect_lines(const Incident& incident);

std::string impact_line(const Impact& impact);

}  // namespace inkling::sinks
