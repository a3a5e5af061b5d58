#pragma once

#include <string>
#include <vector>

#include "app/replay_args.h"
#include "core/incident.h"
#include "core/result.h"

namespace inkling::app {

// How the incidents of one configuration differ from those of another on the same input.
struct IncidentDifference {
  enum class Kind : std::uint8_t { kAppears, kVanishes, kMoves };
  Kind kind = Kind::kAppears;
  const Incident* before = nullptr;  // null if it appears
  const Incident* after = nullptr;   // null if it vanishes
  std::vector<std::string> changes;  // kMoves: "severity P1 -> P2", ...
};

// Matches by id, then what is left by a shared service and onsets at most 10 minutes apart. Both
// lists outlive the result. In the order of onsets.
std::vector<IncidentDifference> compare_incidents(const std::vector<Incident>& before,
                                                  const std::vector<Incident>& after);

// `inkling replay --compare`: the same input with two configurations; prints incidents that appear,
// vanish or move. Exit code 3 when they differ.
int run_replay_compare(const ReplayArgs& args);

}  // namespace inkling::app
