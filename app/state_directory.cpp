#include "app/state_directory.h"

#include <cstdlib>

namespace inkling::app {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread starts
  return value ? value : "";
}

std::string choose(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  if (auto own = environment("INKLING_STATE_DIR"); !own.empty()) return own;
  if (auto state = environment("XDG_STATE_HOME"); !state.empty()) return state + "/inkling";
  if (auto home = environment("HOME"); !home.empty()) return home + "/.local/state/inkling";
  return "inkling-state";
}

}  // namespace

StatePaths state_paths(const std::string& wanted) {
  StatePaths paths;
  paths.directory = choose(wanted);
  paths.journal = paths.directory + "/journal";
  paths.incidents = paths.directory + "/incidents.db";
  paths.reports = paths.directory + "/reports";
  paths.evidence = paths.directory + "/evidence";
  paths.dead_letters = paths.directory + "/dead-letters.ndjson";
  return paths;
}

}  // namespace inkling::app
