#pragma once

#include "core/result.h"
#include "ingest/journal.h"

namespace inkling::ingest {

// Options a journal can work with. kInvalidArgument names the one that is wrong.
Result<void> check_journal(const JournalOptions& options);

// A frame that has a place in the journal's format. kInvalidArgument says what is too large.
Result<void> check_frame(const IncomingFrame& frame);

}  // namespace inkling::ingest
