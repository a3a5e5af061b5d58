#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "core/frame.h"
#include "ingest/journal_meters.h"

namespace inkling::ingest {

// Committed frames on their way to the pipeline, in order. Beyond `max_memory_bytes` only the
// position of a frame is kept: a pipeline that lags reads it back from disk. How far it may lag is
// decided where frames are accepted (bytes()). Memory: 40 bytes a frame, and the bytes kept.
// Not thread-safe: one owner.
class JournalBacklog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  JournalBacklog(std::uint64_t max_memory_bytes, JournalMeters& meters)
      : max_memory_bytes_(max_memory_bytes), meters_(meters) {}

  // `weight`: bytes of the frame on the disk.
  void add(FrameChunk chunk, std::uint64_t weight, Time committed);
  bool empty() const { return frames_.empty(); }
  // What was added and not taken yet, by weight.
  std::uint64_t bytes() const { return bytes_; }

  struct Taken {
    Position position;
    std::optional<FrameChunk> chunk;  // none: read it at its position
  };
  // The oldest; not from an empty one.
  Taken take(Time now);

 private:
  struct Entry {
    Position position;
    std::uint64_t weight = 0;
    Time committed;
    std::unique_ptr<FrameChunk> chunk;
  };

  const std::uint64_t max_memory_bytes_;
  JournalMeters& meters_;  // outlives this
  std::deque<Entry> frames_;
  std::uint64_t bytes_ = 0;
  std::uint64_t memory_bytes_ = 0;
};

}  // namespace inkling::ingest
