#pragma once

#include <vector>

#include "core/history.h"
#include "core/incident.h"
#include "correlate/options.h"

namespace inkling::correlate {

// A change in time, for judging what it moved.
struct ChangeMoment {
  std::string id;
  Timestamp time;
};

// Compares each series 30 minutes before and after each change (residual_ratio), by change, then
// series id. Bounded: the first 50 changes, the first 1 000 series.
std::vector<Impact> measure_impacts(const History& history,
                                    const std::vector<ChangeMoment>& changes);

}  // namespace inkling::correlate
