#pragma once

#include <cstdint>
#include <string>

#include "core/frame.h"
#include "core/result.h"
#include "ingest/journal_segment.h"

namespace inkling::ingest {

// Copies of single frames of a journal, so that what points at them can be followed when their
// segment is gone: a directory (0700) with a file (0600) for each, which is a segment that holds
// this frame alone (docs/formats.md). Not thread-safe: one owner.
class KeptFrames {
 public:
  // `max_bytes`: of all copies.
  KeptFrames(std::string directory, std::uint64_t max_bytes);

  // Copies the frame at a position of `journal` as it is, unless it is there already. kNotFound or
  // kBadInput if no sound frame is there, kUnavailable if there is no room, kIo.
  Result<void> keep(const std::string& journal, Position position);
  // Reads a copy. kNotFound if there is none.
  Result<void> read(Position position, FrameChunk& chunk) const;

  std::uint64_t bytes() const { return used_; }

 private:
  std::string path_of(Position position) const;

  const std::string directory_;
  const std::uint64_t max_bytes_;
  std::uint64_t used_ = 0;
};

// Reads a frame from the journal or, if it is gone from there, from the copies.
Result<FrameChunk> read_kept_frame(const std::string& journal, const KeptFrames& kept,
                                   Position position);

}  // namespace inkling::ingest
