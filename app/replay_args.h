#pragma once

#include <string>
#include <vector>

#include "core/frame.h"

namespace inkling::app {

// What is printed on stdout as NDJSON instead of reports (docs/formats.md).
enum class EmitKind {
  kNone,
  kTemplates,
  kVerdicts,
  kAnomalies,
  kIncidents,
  kSuspects,
  kImpacts,
  kReport
};

struct ReplayArgs {
  std::vector<std::string> paths;  // files and directories
  std::string journal;             // or a journal directory
  std::string config;              // "" = defaults
  std::string report_directory;    // "" = reports are only printed
  std::string store;               // SQLite file, "" = none
  std::string ledger;              // file for the books as JSON, "" = none
  std::string dead_letters;        // "" = broken lines are only counted
  Format format = Format::kAuto;
  EmitKind emit = EmitKind::kNone;
  std::string state;      // learned state to start from, "" = none
  std::string until;      // RFC 3339, "" = the whole input
  bool open_end = false;  // what a live run has told by then: windows still open stay open
  std::string from;       // RFC 3339: frames that arrived earlier are passed by; journals only
  bool compare = false;   // with the configuration `baseline` instead of reports
  std::string baseline;   // "" = defaults
  unsigned threads = 0;
  std::string batch_bytes;  // a size, "" = as configured
  bool json = false;        // --output json
  bool quiet = false;       // no progress, no summary on stderr
};

}  // namespace inkling::app
