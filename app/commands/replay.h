#pragma once

#include <vector>

#include "app/replay_args.h"
#include "core/incident.h"
#include "core/result.h"

namespace inkling::app {

// Replays files or a journal through the whole program. Reports (or rows) go to stdout.
int run_replay(const ReplayArgs& args);

// The incidents alone, by onset: nothing is printed or written but progress.
Result<std::vector<Incident>> find_incidents(const ReplayArgs& args);

}  // namespace inkling::app
