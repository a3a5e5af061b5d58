#pragma once

#include <string>
#include <vector>

#include "core/incident.h"
#include "sinks/narrative.h"

namespace inkling::sinks {

// What to do next, in order: fixed rules on the top suspect's kind, verdict and versions. Plain
// text, cleaned, not yet escaped.
std::vector<std::string> next_steps(const Incident& incident, CauseKind cause);

}  // namespace inkling::sinks
