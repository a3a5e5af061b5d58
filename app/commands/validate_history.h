#pragma once

#include <string>

#include "app/replay_args.h"

namespace inkling::app {

struct HistoryArgs {
  ReplayArgs input;  // paths or journal, config, json
  std::size_t rows = 20;
};

// Counts what each sensitivity word would have said of a history: anomalies per week and per
// series, with the configuration otherwise as it is. Runs the history once per word.
int run_validate_history(const HistoryArgs& args);

}  // namespace inkling::app
