#pragma once

#include <vector>

#include "core/incident.h"
#include "sinks/escalate/evidence_pack.h"

namespace inkling::sinks {

// All that could be told of an incident, in the order it would be shown, not yet redacted; texts
// are on one line and bounded. `tokens` is not filled.
std::vector<Fact> collect_facts(const Incident& incident, const PackOptions& options);

// Whom a model may name: changes, then nodes, each under its handle.
std::vector<SuspectChoice> collect_suspects(const Incident& incident, const PackOptions& options);

}  // namespace inkling::sinks
