#pragma once

#include <string>

#include "app/replay_args.h"

namespace inkling::app {

struct SeedArgs {
  ReplayArgs input;
  std::string out;
};

// Writes what the series of a history were to a state file, from which run and replay start mature.
int run_state_seed(const SeedArgs& args);

}  // namespace inkling::app
