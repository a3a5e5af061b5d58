#pragma once

#include <span>
#include <vector>

#include "core/history.h"
#include "core/incident.h"
#include "correlate/options.h"

namespace inkling::correlate {

// A change in time, for judging what it moved.
struct ChangeMoment {
  std::string id;
  Timestamp time;

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.id, s.time);
  }
};

// How long before and after a change its series are compared.
inline constexpr Duration kImpactSide = std::chrono::minutes(20);

// Compares each series before and after each change, by change, then series id: p90 of |residual|
// after over before, the residual being the value less the median of the same time of day on
// `earlier` days, and less the median before the change; a series that moves less than a tenth of
// its level before is taken to move by that. earlier[i] is what was i + 1 days before; it may be
// empty. Bounded: the first 50 changes, the first 1 000 series.
std::vector<Impact> measure_impacts(const History& history, std::span<const History> earlier,
                                    const std::vector<ChangeMoment>& changes);

}  // namespace inkling::correlate
