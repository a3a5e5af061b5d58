#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inkling::app {

struct RunArgs {
  std::string config;               // "" = defaults
  std::string state_directory;      // "" = see app/state_directory.h
  std::string listen;               // "address:port", "" = as configured
  std::vector<std::string> follow;  // files or patterns, in addition to the configured ones
  std::string state;                // learned state: read at the start if there, written at the end
  bool read_stdin = false;
  unsigned threads = 0;
  std::string shutdown_timeout = "25s";  // a duration
};

// Runs until SIGTERM or SIGINT (or the end of standard input, if that is all it reads); then
// drains.
int run_run(const RunArgs& args);

}  // namespace inkling::app
