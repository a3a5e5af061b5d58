#pragma once

#include <deque>
#include <vector>

#include "core/history.h"
#include "correlate/change_log.h"
#include "correlate/grouping.h"
#include "correlate/impact.h"
#include "correlate/incident_builder.h"
#include "correlate/options.h"
#include "correlate/topology.h"

namespace inkling::correlate {

// What correlation knows beside one incident.
struct Knowledge {
  const CorrelateOptions& options;
  const ChangeLog& changes;
  const Topology& topology;
  const std::deque<ServiceCount>& counts;         // by slot
  const std::deque<TemplateSighting>& sightings;  // by time
};

// What a re-read gave.
struct LookBack {
  Findings findings;
  std::vector<Impact> impacts;  // of the changes in its range
};

// Reads back around a group's first alarm, or its first anomaly: [then - look_back, now]. Calls
// found there, and messages that name another service, go into `topology`.
LookBack look_back(const Group& group, Timestamp now, const CorrelateOptions& options,
                   const ChangeLog& changes, HistoryReader& history, Topology& topology);

// Draws the conclusions from what was found: places of origin, other explanations, changes,
// severity. Pure.
Conclusion conclude(const Group& group, Findings findings, Timestamp now,
                    const Knowledge& knowledge);

}  // namespace inkling::correlate
