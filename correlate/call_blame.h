#pragma once

#include <map>
#include <set>
#include <string>

#include "correlate/own_excess.h"
#include "correlate/series_role.h"
#include "correlate/topology.h"

namespace inkling::correlate {

// How much of what calls cost more than before arises in a service itself.
struct CallBlame {
  double evidence = 0;  // 0..1: how far calls to it are outside what they were
  double share = 0;     // 0..1: its own excess, of the largest
  double cause = 0;     // 0..1, the largest is 1
  // 0..1: how sure it is that calls tell of the trouble at all; the same for all services.
  double sureness = 1;
  std::string reason;
};

// cause(v) = z/(z+6) * (1 - best callee's z/(z+6) * min(1, total(u)/total(alarmed)))
//            * (0.1 + own(v) / max(total(alarmed), all own))
// for failed calls, or seconds, or the better of both: what `symptoms` speak of. Without an alarm
// of a service with calls the largest total stands for total(alarmed). Empty if nothing costs more.
std::map<std::string, CallBlame, std::less<>> blame_calls(const ExcessByService& excess,
                                                          const Topology& topology,
                                                          const std::set<std::string>& alarmed,
                                                          const std::set<SeriesRole>& symptoms);

}  // namespace inkling::correlate
