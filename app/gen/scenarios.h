#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "app/gen/plan.h"
#include "core/timestamp.h"

namespace inkling::gen {

struct ScenarioInfo {
  std::string_view name;
  std::string_view description;  // one line
  Duration length;               // when none is asked for
  double requests_per_second;    // the same
  Duration metric_interval;
};

// All scenarios, in the order of the documentation.
const std::vector<ScenarioInfo>& list_scenarios();
std::optional<ScenarioInfo> find_scenario(std::string_view name);

struct PlanOptions {
  std::uint64_t seed = 1;
  Timestamp start;
  Duration length;  // the fault begins after two thirds of it
  double requests_per_second = 1;
  bool innocent_deploy = false;  // one more, of another service, two minutes before the onset
  bool rollback = false;         // the culprit's, after three quarters of the fault
};

// Decides everything that will happen. `scenario` must be one of the list.
Plan make_plan(std::string_view scenario, const PlanOptions& options);

}  // namespace inkling::gen
