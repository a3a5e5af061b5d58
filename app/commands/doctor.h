#pragma once

#include <string>

namespace inkling::app {

struct DoctorArgs {
  std::string config;           // "" = defaults
  std::string state_directory;  // "" = the default
  std::string url;              // of a running Inkling; "" = where the configuration listens
  bool json = false;
};

// `inkling doctor`: looks at configuration, state directory, disk, clock, limits and journal,
// checks the books of a running Inkling, and lists every address outside that the configuration
// would use. Exit code 3 if something is wrong; warnings do not change it.
int run_doctor(const DoctorArgs& args);

}  // namespace inkling::app
