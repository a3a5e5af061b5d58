#pragma once

#include <cstdint>
#include <string>

namespace inkling::app {

// What the commands that look at a journal directory share.
struct JournalArgs {
  std::string journal;          // directory; "" = the one in the state directory
  std::string state_directory;  // "" = the default
  bool json = false;            // --output json: an object a line
  std::uint32_t segment = 0;    // inspect: only this one, 0 = all
};

// The directory the arguments mean.
std::string journal_directory(const JournalArgs& args);

// `inkling journal ls`: a line per segment. `inkling journal inspect`: a line per frame, without
// its body. Only headers are read; the journal may be in use.
int run_journal_ls(const JournalArgs& args);
int run_journal_inspect(const JournalArgs& args);

}  // namespace inkling::app
