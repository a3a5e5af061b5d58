#pragma once

#include "app/replay_args.h"

namespace inkling::app {

// Replays files or a journal through the whole program. Reports (or rows) go to stdout.
int run_replay(const ReplayArgs& args);

}  // namespace inkling::app
