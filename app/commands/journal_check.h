#pragma once

#include <string>

#include "app/commands/journal_list.h"

namespace inkling::app {

struct JournalPruneArgs {
  JournalArgs journal;
  std::string max_bytes;  // a size, "" = not by size
  std::string max_age;    // a duration, "" = not by age
  bool force = false;     // also without a note of what a checkpoint needs
  bool dry_run = false;
};

// `inkling journal verify`: reads everything and says what is damaged, missing or torn; exit code 3
// if anything but a torn tail is. Changes nothing; the journal may be in use.
int run_journal_verify(const JournalArgs& args);

// `inkling journal repair`: copies damaged places to the quarantine and cuts a torn tail, as a
// start does. The journal must not be in use.
int run_journal_repair(const JournalArgs& args);

// `inkling journal prune`: removes the oldest segments by size or age, never one that the last
// checkpoint needs. The journal must not be in use.
int run_journal_prune(const JournalPruneArgs& args);

}  // namespace inkling::app
