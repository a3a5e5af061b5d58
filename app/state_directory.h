#pragma once

#include <string>

namespace inkling::app {

// Where a live Inkling keeps what it must not forget.
struct StatePaths {
  std::string directory;
  std::string journal;       // directory
  std::string incidents;     // SQLite file
  std::string reports;       // directory
  std::string dead_letters;  // NDJSON file
  std::string evidence;      // directory: copies of frames that are gone from the journal
};

// Below `wanted`, or else $INKLING_STATE_DIR, $XDG_STATE_HOME/inkling, ~/.local/state/inkling,
// ./inkling-state.
StatePaths state_paths(const std::string& wanted);

}  // namespace inkling::app
