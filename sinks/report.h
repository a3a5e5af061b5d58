#pragma once

#include <optional>
#include <string>

#include "core/incident.h"
#include "core/ledger.h"
#include "core/result.h"
#include "sinks/explanation.h"
#include "sinks/options.h"

namespace inkling::sinks {

// What a report says about the run beside the incident.
struct ReportContext {
  std::string input;  // "3 files, 1.2 MiB" or "journal"
  Ledger ledger;
  std::string version;  // of the program
  // Nothing: no model was to be asked, or it has not answered yet.
  std::optional<Explanation> explanation = {};
};

// The deterministic report: the same incident and context give the same bytes. Numbers have at most
// 6 significant digits. All text was redacted upstream; it is escaped here for its format.
std::string report_markdown(const Incident& incident, const ReportContext& context);
// The incident with everything it holds (its JSON Schema: docs/formats.md).
std::string report_json(const Incident& incident, const ReportContext& context);
// One self-contained page: styles and SVG plots inside, no script, nothing fetched.
std::string report_html(const Incident& incident, const ReportContext& context);

// Writes <directory>/<incident id>.{md,json,html}, each atomically. kIo names the file.
struct WrittenReport {
  std::string markdown_path;
  std::string json_path;
  std::string html_path;
};
Result<WrittenReport> write_report(const Incident& incident, const ReportContext& context,
                                   const std::string& directory);

}  // namespace inkling::sinks
