#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/frame_store.h"
#include "ingest/chunk_source.h"
#include "ingest/journal_frames.h"

namespace inkling::ingest {

// Reads an existing journal directory from its begin to its end: the frames and epochs a live run
// handed out, in the same order. Nothing is written or locked, so the journal may be in use; what
// is appended after create() is not seen. Damaged places are skipped and counted.
//
// Origins keep their numbers where these are unambiguous. A number that meant another name in an
// earlier run is given a new one, and a name keeps the number it had: an origin is its name.
//
// next() is called by one thread at a time; the rest is thread-safe.
class JournalReader final : public ChunkSource, public FrameStore {
 public:
  // Finds all frames (their headers are read). kNotFound if the directory does not exist or has no
  // segment; kIo names the file.
  static Result<std::unique_ptr<JournalReader>> create(const std::string& directory);

  // Always a whole frame.
  Result<bool> next(FrameChunk& chunk) override;

  void note_times(Position frame, Timestamp min, Timestamp max) override;
  Result<void> read_range(TimeRange range, const std::function<bool(FrameChunk&&)>& visit) override;
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override;
  Result<std::string> read_record(Position position) override;

  std::size_t frames() const { return frames_.size(); }
  // Places where frames could not be read: found by create(), and by next() since.
  std::uint64_t damaged_places() const { return damaged_places_; }
  // Bytes of the journal handed out so far, of total_bytes(): for progress.
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  explicit JournalReader(std::string directory) : frames_(std::move(directory)) {}
  Result<void> open_segment(const SegmentName& segment);
  void learn_origin(std::uint32_t segment, OriginId on_disk, std::string_view name);

  JournalFrames frames_;
  std::size_t next_ = 0;
  std::map<std::string, OriginId, std::less<>> ids_;  // by name
  std::map<OriginId, std::shared_ptr<const std::string>> names_;
  std::uint64_t total_bytes_ = 0;
  std::atomic<std::uint64_t> bytes_read_ = 0;  // relaxed would do: only shown
  std::atomic<std::uint64_t> damaged_places_ = 0;
};

}  // namespace inkling::ingest
