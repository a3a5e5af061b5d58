#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "core/frame.h"
#include "ingest/journal_meters.h"

namespace inkling::ingest {

// Committed frames on their way to the pipeline, in order: first some in memory, then a stretch of
// the journal on disk. Beyond `max_memory_bytes` nothing more is kept in memory until the stretch
// is read: a pipeline that lags, or a run that goes on where an earlier one ended, reads from
// there. How far it may lag is decided where frames are accepted (bytes()). Memory: the bytes kept.
// Not thread-safe: one owner.
class JournalBacklog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  JournalBacklog(std::uint64_t max_memory_bytes, JournalMeters& meters)
      : max_memory_bytes_(max_memory_bytes), meters_(meters) {}

  // `weight`: bytes of the frame on the disk.
  void add(FrameChunk chunk, std::uint64_t weight, Time committed);
  // A stretch of `bytes` that an earlier run left; comes first.
  void add_earlier(Position begin, Position end, std::uint64_t bytes);
  bool empty() const { return frames_.empty() && !disk_; }
  // What was added and not taken yet, by weight.
  std::uint64_t bytes() const { return bytes_; }

  // The oldest, if it is in memory.
  std::optional<FrameChunk> take(Time now);
  // Else this is where it lies.
  struct Stretch {
    Position begin;
    Position end;
  };
  const std::optional<Stretch>& on_disk() const { return disk_; }
  // A frame of the stretch was read.
  void took(const FrameChunk& chunk, std::uint64_t weight);
  // All before `end` was read.
  void caught_up(Position end);

 private:
  void show();

  struct Entry {
    FrameChunk chunk;
    std::uint64_t weight = 0;
    Time committed;
  };

  const std::uint64_t max_memory_bytes_;
  JournalMeters& meters_;  // outlives this
  std::deque<Entry> frames_;
  std::optional<Stretch> disk_;
  std::uint64_t bytes_ = 0;
  std::uint64_t disk_bytes_ = 0;  // of these
  std::uint64_t memory_bytes_ = 0;
  Timestamp newest_ = Timestamp::none();  // arrival of what was added
};

}  // namespace inkling::ingest
