#pragma once

#include <string>

namespace inkling::app {

struct JournalCatArgs {
  std::string journal;          // directory; "" = the one in the state directory
  std::string state_directory;  // "" = the default
  std::string config;           // "" = defaults
  bool raw = false;             // lines as received, not redacted
};

// `inkling journal cat`: every record of a journal as it is understood, one JSON object a line, in
// the journal's order (docs/formats.md). Texts are redacted unless `raw`.
int run_journal_cat(const JournalCatArgs& args);

}  // namespace inkling::app
