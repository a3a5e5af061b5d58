#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "core/frame_store.h"
#include "ingest/chunk_source.h"
#include "ingest/journal_cursor.h"
#include "ingest/journal_frames.h"

namespace inkling::ingest {

// Reads an existing journal directory from its begin to its end: the frames and epochs a live run
// handed out, in the same order. Nothing is written or locked, so the journal may be in use; what
// is appended after create() is not seen. Damaged places are skipped and counted. The memory it
// takes does not depend on the size of the journal.
//
// next() is called by one thread at a time; the rest is thread-safe.
class JournalReader final : public ChunkSource, public FrameStore {
 public:
  struct Options {
    // Frames that arrived before it are passed by; none() = from the begin.
    Timestamp from = Timestamp::none();
  };
  // kNotFound if the directory does not exist or has no segment; kIo names the file.
  static Result<std::unique_ptr<JournalReader>> create(const std::string& directory,
                                                       const Options& options);
  static Result<std::unique_ptr<JournalReader>> create(const std::string& directory) {
    return create(directory, Options{});
  }

  // Always a whole frame.
  Result<bool> next(FrameChunk& chunk) override;

  void note_times(Position frame, Timestamp min, Timestamp max) override;
  Result<void> read_range(TimeRange range, const std::function<bool(FrameChunk&&)>& visit) override;
  Result<void> read_chosen(TimeRange range, const std::function<Choice(Position)>& choose,
                           const std::function<bool(FrameChunk&&)>& visit) override;
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override;
  Result<std::string> read_record(Position position) override;

  // Handed out so far.
  std::size_t frames() const { return frames_read_; }
  // What could not be read so far.
  std::uint64_t damaged_places() const { return damaged_places_; }
  std::uint64_t missing_segments() const { return missing_segments_; }
  // Bytes of the segment files behind us, of total_bytes(): for progress.
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  JournalReader(const std::string& directory, const Options& options)
      : options_(options), frames_(directory), cursor_(directory) {}
  void note_progress();

  const Options options_;
  JournalFrames frames_;
  JournalCursor cursor_;
  Position end_;  // of what was there when it was opened
  struct Extent {
    std::uint32_t segment;
    std::uint64_t before;  // bytes of the segments before it
  };
  std::vector<Extent> extents_;
  std::uint64_t total_bytes_ = 0;
  // Relaxed would do: only shown.
  std::atomic<std::uint64_t> bytes_read_ = 0;
  std::atomic<std::uint64_t> frames_read_ = 0;
  std::atomic<std::uint64_t> damaged_places_ = 0;
  std::atomic<std::uint64_t> missing_segments_ = 0;
};

}  // namespace inkling::ingest
