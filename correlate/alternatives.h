#pragma once

#include <string>
#include <vector>

#include "correlate/change_log.h"
#include "correlate/commit_risk.h"
#include "correlate/node_score.h"
#include "correlate/signal.h"

namespace inkling::correlate {

// An explanation of an incident that is no change of ours.
struct Alternative {
  std::string name;     // "external", "demand", "neighbour", or one of message_causes.h
  double strength = 0;  // log-odds it takes from every change, 0..4
  std::string reason;   // in words, with numbers
};

// Looks for explanations outside our changes, the strongest first:
//   external   a provider's status turned bad near the onset
//   demand     requests rose before or with the symptoms, at most services that count them
//   neighbour  a workload or machine outside the call graph used more resources first
// and what messages say themselves (message_causes.h).
std::vector<Alternative> find_alternatives(const Findings& findings,
                                           const std::vector<NodeScore>& nodes,
                                           const SymptomText& symptoms, const ChangeLog& log,
                                           Timestamp onset);

}  // namespace inkling::correlate
