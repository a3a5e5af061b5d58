#pragma once

#include <string>

namespace inkling::app {

struct ValidateArgs {
  std::string config;  // file
  bool json = false;
};

// Checks a configuration whole and says all that is wrong with it. Exit code 78 if anything is.
int run_validate(const ValidateArgs& args);

// Prints the JSON Schema of the configuration.
int run_schema();

}  // namespace inkling::app
