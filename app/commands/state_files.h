#pragma once

#include <string>

namespace inkling::app {

struct StateFilesArgs {
  std::string state_directory;  // "" = see app/state_directory.h
  std::string file;
  bool json = false;
};

// Writes what the latest checkpoint of a state directory holds to a file, without its place in the
// journal: what was learned, for another machine or another day.
int run_state_export(const StateFilesArgs& args);

// Makes such a file the first checkpoint of a state directory that has none: the next run begins
// with it. The program must not run there.
int run_state_import(const StateFilesArgs& args);

}  // namespace inkling::app
