#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/timestamp.h"
#include "correlate/call_book.h"
#include "correlate/topology.h"

namespace inkling::correlate {

// What calls to a service cost more than before, of one sort: failed calls, or seconds.
struct ExcessPart {
  double total = 0;   // sum over windows since the onset of requests * max(0, value - base)
  double own = 0;     // less what the services it calls cost more
  double z = 0;       // how far outside what it was, >= 0
  double before = 0;  // per call
  double after = 0;
  bool measured = false;

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.total, s.own, s.z, s.before, s.after, s.measured);
  }
};

struct Excess {
  ExcessPart failures;
  ExcessPart time;
  bool is_new = false;  // first called after the onset: its caller answers for it

  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.failures, s.time, s.is_new);
  }
};

using ExcessByService = std::map<std::string, Excess, std::less<>>;

// Excess of every service calls are known to, around `onset`. A window that holds the onset counts
// as after it. Base: the worse of the median of all windows before and of the last few.
//   own(v) = max(0, total(v) - sum over callees u of total(u))
// where the calls v made to u are known apart from others only those count; a callee first seen
// after the onset is charged to its callers. Cost: O(samples log samples).
ExcessByService measure_excess(const std::vector<CallSample>& samples, const Topology& topology,
                               Timestamp onset);

}  // namespace inkling::correlate
