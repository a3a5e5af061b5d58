#pragma once

#include "sinks/report.h"

namespace inkling::test {

// The books of a run with a few broken and late lines; they balance.
inline sinks::ReportContext make_report_context() {
  sinks::ReportContext context;
  context.input = "12 files, 48.3 MiB";
  context.version = "0.1.0";
  Ledger& ledger = context.ledger;
  ledger.frames = 49;
  ledger.bytes = 50'645'111;
  ledger.counted = 1'190'000;
  ledger.points = 14'393;
  ledger.events = 6;
  ledger.empty = 3;
  ledger.broken[static_cast<std::size_t>(ParseError::kBadJson)] = 9;
  ledger.broken[static_cast<std::size_t>(ParseError::kBadTime)] = 3;
  ledger.late = 2;
  ledger.time_missing = 4;
  ledger.lines = ledger.accounted();
  return context;
}

}  // namespace inkling::test
