#pragma once

#include <string>
#include <string_view>

#include "core/anomaly.h"
#include "core/incident.h"
#include "core/json_writer.h"
#include "core/result.h"
#include "sinks/report.h"

namespace inkling::sinks {

// Name and version of the format; docs/formats.md describes it. Members are only ever added.
inline constexpr std::string_view kIncidentSchema = "inkling.incident/1";

// The incident as one JSON object on one line. Numbers have at most 6 significant digits.
std::string incident_json(const Incident& incident);

// The parts, for other writers.
void write_anomaly(JsonWriter& writer, const Anomaly& anomaly);
void write_terms(JsonWriter& writer, const std::vector<SuspectTerm>& terms);

// What report_json() wrote, read back: writing it again gives the same bytes. Members that are
// missing keep their defaults, unknown ones are skipped. kBadInput if it is not JSON, of another
// schema, or a name of a fixed list is not known.
struct StoredReport {
  Incident incident;
  ReportContext context;
};
Result<StoredReport> report_from_json(std::string_view text);

// The incident alone, from report_json() or incident_json().
Result<Incident> incident_from_json(std::string_view text);

}  // namespace inkling::sinks
