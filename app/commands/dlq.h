#pragma once

#include <cstdint>
#include <string>

namespace inkling::app {

struct DlqArgs {
  std::string path;             // file of dead letters; "" = the one in the state directory
  std::string journal;          // directory; "" = the one in the state directory
  std::string state_directory;  // "" = the default
  std::string config;           // of the redaction; "" = defaults
  std::uint64_t number = 0;     // show: the letter, from 1
  std::string reason;           // only letters of this reason, "" = all
  bool raw = false;             // show: as received, not redacted
  bool json = false;
};

// `inkling dlq ls`: a line per letter, numbered; the lines themselves are not read.
// `inkling dlq show N`: a letter and the line as it lies in the journal, redacted unless `raw`.
int run_dlq_ls(const DlqArgs& args);
int run_dlq_show(const DlqArgs& args);

// `inkling dlq replay`: puts the lines of letters into the journal again, as new frames for the
// next start; each letter once, ever. The journal must not be in use.
int run_dlq_replay(const DlqArgs& args);

}  // namespace inkling::app
