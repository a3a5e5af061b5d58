#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/decompress.h"
#include "core/frame_store.h"
#include "core/mutex.h"
#include "ingest/journal_segment.h"

namespace inkling::ingest {

// The frames of a journal directory by position and by time, and their bytes back from disk: what
// the live journal and its reader have in common. Thread-safe.
// Memory: 32 bytes per frame.
class JournalFrames final : public FrameStore {
 public:
  explicit JournalFrames(std::string directory) : directory_(std::move(directory)) {}

  // Adds a frame behind all others. Its times are not known yet: read_range passes it by.
  void add(std::uint32_t segment, std::uint64_t offset);
  // Adds a frame of an earlier run, whose times nobody will note: between arrival - 1 h and
  // arrival + 60 s. A tick, or a frame without arrival, has none.
  void add_earlier(std::uint32_t segment, std::uint64_t offset, const StoredFrame& frame);
  // Says what an origin of a segment is called, and which number its chunks carry (the one on disk
  // unless told otherwise). Comes before the frames of that origin are read.
  void name_origin(std::uint32_t segment, OriginId on_disk, OriginId id,
                   std::shared_ptr<const std::string> name);
  std::size_t size() const;
  // The position of a frame by its number, from 0.
  Position position(std::size_t index) const;

  // Reads a frame and checks it. kNotFound if no sound header is there, kBadInput if the body is
  // damaged, kIo; all name the segment. The chunk's flags say "one whole frame"; ends_epoch is
  // the frame's.
  Result<void> read(Position position, FrameChunk& chunk) const;

  void note_times(Position frame, Timestamp min, Timestamp max) override;
  Result<void> read_range(TimeRange range, const std::function<bool(FrameChunk&&)>& visit) override;
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override;
  Result<std::string> read_record(Position position) override;

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t segment = 0;
    Timestamp min = Timestamp::none();
    Timestamp max = Timestamp::none();
  };
  struct Origin {
    OriginId id = 0;
    std::shared_ptr<const std::string> name;
  };
  Result<std::shared_ptr<const SegmentFile>> segment(std::uint32_t number) const;
  // The entry at a position, or null.
  Entry* find(Position position) INKLING_REQUIRES(mutex_);

  const std::string directory_;
  mutable Mutex mutex_;
  std::vector<Entry> entries_ INKLING_GUARDED_BY(mutex_);  // in the order of positions
  std::map<std::pair<std::uint32_t, OriginId>, Origin> origins_ INKLING_GUARDED_BY(mutex_);
  // The segment read last: reads come in runs.
  mutable std::shared_ptr<const SegmentFile> open_ INKLING_GUARDED_BY(mutex_);
  mutable std::uint32_t open_number_ INKLING_GUARDED_BY(mutex_) = 0;
};

// Finds the frames of one segment and tells each. The file is only read.
struct SegmentSurvey {
  bool has_header = false;
  bool is_foreign = false;
  std::uint64_t frames = 0;
  std::uint64_t damaged_places = 0;
  std::uint64_t damaged_bytes = 0;
  std::uint64_t sound_end = 0;
  std::uint64_t file_size = 0;
};
Result<SegmentSurvey> survey_segment(const SegmentFile& file, SegmentScanner::Depth depth,
                                     const std::function<void(const ScannedFrame&)>& visit);

}  // namespace inkling::ingest
