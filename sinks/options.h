#pragma once

#include <string>

namespace inkling::sinks {

struct ReportOptions {
  std::string directory;  // "" = none are written
};

struct StoreOptions {
  std::string path;        // SQLite file; "" = incidents are not kept
  bool read_only = false;  // for commands that look while another process writes
};

}  // namespace inkling::sinks
