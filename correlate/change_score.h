#pragma once

#include <vector>

#include "core/incident.h"
#include "correlate/alternatives.h"
#include "correlate/change_log.h"
#include "correlate/commit_risk.h"
#include "correlate/node_score.h"
#include "correlate/options.h"
#include "correlate/signal.h"
#include "correlate/topology.h"

namespace inkling::correlate {

struct ScoredChanges {
  std::vector<Suspect> suspects;  // by p, highest first, then id; at most options.max_suspects
  double p_no_change = 1;
};

struct ChangeContext {
  const CorrelateOptions& options;
  const ChangeLog& log;
  const Topology& topology;
  const Findings& findings;
  const std::vector<NodeScore>& nodes;
  const SymptomText& symptoms;
  const std::vector<Alternative>& alternatives;
  std::vector<OnsetBelief> onsets;  // when it may have begun; empty: `onset` alone
  Timestamp onset;                  // earliest change point of the incident
  Timestamp now;                    // event time up to which changes are known
};

// Scores every change that became effective in the window before `now`: the sum of terms of
// docs/components/change_score.md, each clipped to [-6, 4], for its best exposure.
//   P_i = exp(L_i) / (1 + sum_j exp(L_j))
ScoredChanges score_changes(const ChangeContext& context);

inline constexpr double kLeastTerm = -6.0;
inline constexpr double kMostTerm = 4.0;

}  // namespace inkling::correlate
