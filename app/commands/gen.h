#pragma once

#include <cstdint>
#include <string>

namespace inkling::app {

struct GenArgs {
  std::string scenario = "bad_deploy";
  std::string directory;  // --out
  std::uint64_t seed = 1;
  std::string start;               // RFC 3339, "" = the scenario's
  std::string length;              // duration, "" = the scenario's
  double requests_per_second = 0;  // 0 = the scenario's
  double noise = 1;
  bool unlabelled_versions = false;
  bool innocent_deploy = false;
  bool rollback = false;
  bool split_logs = false;
  bool list = false;
  bool json = false;
  std::string corpus_bytes;  // size: writes a log file for the speed benchmark to `directory`
};

// Writes made-up data of a small shop, with the truth about it beside it.
int run_gen(const GenArgs& args);

}  // namespace inkling::app
