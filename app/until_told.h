#pragma once

#include <atomic>

#include "ingest/chunk_source.h"

namespace inkling::app {

// Another source, that can be made to end early: behind an epoch, so that all of what was handed
// out can be saved. end_early() by any thread, the rest as ChunkSource says.
class UntilTold final : public ingest::ChunkSource {
 public:
  // `inner` outlives this.
  explicit UntilTold(ingest::ChunkSource& inner) : inner_(inner) {}

  Result<bool> next(FrameChunk& chunk) override {
    if (told_ && at_cut_) return false;
    INKLING_TRY_ASSIGN(const bool more, inner_.next(chunk));
    if (more) at_cut_ = chunk.ends_epoch;
    return more;
  }
  void end_early() { told_ = true; }

 private:
  ingest::ChunkSource& inner_;
  std::atomic<bool> told_ = false;  // relaxed would do: a frame sooner or later
  bool at_cut_ = true;
};

}  // namespace inkling::app
