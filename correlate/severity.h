#pragma once

#include <string>
#include <vector>

#include "core/incident.h"
#include "correlate/options.h"
#include "correlate/signal.h"
#include "correlate/topology.h"

namespace inkling::correlate {

struct SeverityVerdict {
  Severity severity = Severity::kP3;
  std::string reason;
};

// Decides by impact, not by how unusual the numbers are: the share of requests that fail at a
// service users call (declared, or one that nobody calls), the share elsewhere, how much slower
// requests became, and what the alarm says.
//   P0  >= 50 % fail where users call     P1  >= 5 %, or 50 % elsewhere, or a critical alarm
//   P2  >= 1 %, or 3 times slower, or any alarm     P3  the rest
// A share below 8 requests is not believed.
SeverityVerdict rate_severity(const std::vector<Signal>& signals,
                              const std::vector<ServiceCount>& counts,
                              const std::vector<Alarm>& alarms, Timestamp onset,
                              const Topology& topology, const CorrelateOptions& options);

}  // namespace inkling::correlate
