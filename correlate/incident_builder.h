#pragma once

#include <vector>

#include "core/incident.h"
#include "correlate/alternatives.h"
#include "correlate/change_score.h"
#include "correlate/grouping.h"
#include "correlate/node_score.h"
#include "correlate/severity.h"
#include "correlate/signal.h"

namespace inkling::correlate {

// What an investigation came to.
struct Conclusion {
  Findings findings;
  Timestamp onset;
  std::vector<NodeScore> nodes;
  ScoredChanges changes;
  std::vector<Alternative> alternatives;
  SeverityVerdict severity;
};

// Writes an incident down: title, services, timeline, suspects, and every fact as evidence with a
// handle (numbered from 1 in the order alarms, signals, changes) that terms and timeline refer to.
// State, revision and times of the life cycle are the caller's.
Incident build_incident(const Group& group, const Conclusion& conclusion);

}  // namespace inkling::correlate
