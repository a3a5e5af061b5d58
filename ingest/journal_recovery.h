#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "ingest/client_keys.h"
#include "ingest/journal_frames.h"

namespace inkling::ingest {

// What a writer found when it opened a journal directory.
struct JournalSurvey {
  std::uint32_t next_number = 1;  // of the segment to begin
  std::uint64_t damaged_places = 0;
  std::uint64_t cut_bytes = 0;  // of a torn tail
};

// Adds the frames of earlier runs to `frames`, their senders' keys to `keys`, and cuts a torn tail
// off the last segment; to be called by the one writer. Damage elsewhere, and files of another kind
// or version, are told, counted and left alone. kIo names the file. Cost: the headers of all
// segments are read, and the bodies of the last one.
Result<JournalSurvey> recover_journal(const std::string& directory, JournalFrames& frames,
                                      ClientKeys& keys);

}  // namespace inkling::ingest
