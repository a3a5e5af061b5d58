#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/incident.h"
#include "correlate/own_excess.h"
#include "correlate/series_role.h"
#include "correlate/signal.h"
#include "correlate/topology.h"

namespace inkling::correlate {

struct NodeScore {
  std::string service;
  double score = 0;
  double p = 0;         // share of all scores
  double evidence = 0;  // 0..1, own deviation
  Timestamp first_sign = Timestamp::none();
  double blame = -1;  // 0..1: its own share of what calls cost more, the largest 1; -1 unknown
  std::string blame_reason;  // of it
  bool is_outsider = false;  // neither calls, is called, alarmed nor logs: a machine, a neighbour
  std::vector<SuspectTerm> terms;
};

struct NodeContext {
  const Topology& topology;
  std::set<std::string> alarmed;            // services an alarm names
  const ExcessByService* excess = nullptr;  // of calls, where they are known; may be null
  Timestamp noticed = Timestamp::none();    // by the first alarm, if there is one
  std::set<SeriesRole> symptoms = {};       // what the alarms are about
};

// Rates the services of an incident as its place of origin:
//   own evidence * E[exp(-delay behind the first mover / 3 min)] * (1 - 0.8 * best callee's
//   evidence)
//   * 0.4 if its callers send it more than before (such a callee suppresses nobody)
//   * 1.5 if alarmed * 0.6 if its own messages blame another service of the incident.
// Who moved first is a belief: each service is the first real one by its evidence, in the order of
// their first signs. A callee suppresses its caller only if it moved no later. Sorted by score,
// then name.
std::vector<NodeScore> rate_nodes(const std::vector<Signal>& signals, const NodeContext& context);

// Services of `known` that `text` names, other than `self`; also by the part before the hyphen.
std::vector<std::string> services_named(std::string_view text,
                                        const std::vector<std::string>& known,
                                        std::string_view self);

}  // namespace inkling::correlate
