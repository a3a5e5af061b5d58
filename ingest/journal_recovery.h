#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "ingest/client_keys.h"
#include "ingest/journal_quarantine.h"
#include "ingest/journal_shelf.h"
#include "ingest/unanswered_frames.h"

namespace inkling::ingest {

// What a writer found when it opened a journal directory.
struct JournalSurvey {
  std::uint32_t next_number = 1;  // of the segment to begin
  std::uint64_t cut_bytes = 0;    // of a torn tail
  std::uint64_t missing_segments = 0;
  std::vector<JournalShelf::Segment> segments;  // in order
};

// Looks at the segments of earlier runs, adds the keys their senders gave within `key_memory` to
// `keys`, those of the last seconds to `unanswered`, and cuts a torn tail off the last segment; to
// be called by the one writer. Damage elsewhere goes to `quarantine`; files of another kind or
// version are told, counted and left alone. kIo names the file. Cost: one header of each segment,
// all headers of those with arrivals within `key_memory` of the latest, and the bodies of the last.
// Memory: that of the keys.
Result<JournalSurvey> recover_journal(const std::string& directory, Duration key_memory,
                                      ClientKeys& keys, UnansweredFrames& unanswered,
                                      JournalQuarantine& quarantine);

}  // namespace inkling::ingest
