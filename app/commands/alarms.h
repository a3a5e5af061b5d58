#pragma once

#include <string>

namespace inkling::app {

enum class AlarmSource { kCloudWatch, kPrometheus };

struct AlarmsArgs {
  AlarmSource source = AlarmSource::kCloudWatch;
  std::string path;  // "-" = standard input
  bool json = false;
};

// Prints another program's alarms as the part of a configuration that declares the same limits, and
// names on stderr those that have no such form. Exit code 3 if there are any of those.
int run_alarms_import(const AlarmsArgs& args);

}  // namespace inkling::app
