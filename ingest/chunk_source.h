#pragma once

#include <optional>

#include "core/frame.h"
#include "core/result.h"

namespace inkling::ingest {

// Where the pipeline gets its work: replayed files, or the journal as it grows.
// next() is called by one thread at a time; it may wait for input.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  // The next chunk in journal order into `chunk` (whose memory is reused); false at the end of the
  // input. An unreadable file is an error that names it.
  virtual Result<bool> next(FrameChunk& chunk) = 0;
};

}  // namespace inkling::ingest
