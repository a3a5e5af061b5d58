#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/timestamp.h"

namespace inkling::correlate {

struct TopologyEdge {
  std::string caller;
  std::string callee;
};

struct CorrelateOptions {
  double prior_change = 0.5;                // that some change is to blame
  Duration ramp = std::chrono::minutes(2);  // a deploy may show its effect this much early or late
  Duration decay = std::chrono::minutes(30);        // tau of the time term
  Duration change_window = std::chrono::hours(24);  // older changes are no suspects
  Duration join_gap =
      std::chrono::minutes(5);  // half the weight of joining is lost in about this time
  double join_threshold = 0.1;
  Duration quiet_to_resolve = std::chrono::minutes(10);
  Duration look_back = std::chrono::hours(3);    // re-read before an alarm
  std::uint64_t look_back_bytes = 256ull << 20;  // at most
  std::uint32_t max_open_incidents = 1'000;
  std::uint32_t max_changes = 10'000;
  std::vector<std::string> user_facing;  // services users call directly: weigh in severity
  std::vector<TopologyEdge> topology;
};

}  // namespace inkling::correlate
