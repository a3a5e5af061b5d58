#pragma once

#include <string>

namespace inkling::app {

struct PromptArgs {
  std::string id;  // of an incident, or the begin of one
  std::string store;
  std::string state_directory;
  std::string config;
  bool body = false;  // only the bytes that would be sent
  bool json = false;
};

// inkling prompt show: what a model is, or would be, sent about an incident, what redaction changed
// in it and what was left out. Nothing is sent. Returns the exit code.
int run_prompt_show(const PromptArgs& args);

}  // namespace inkling::app
