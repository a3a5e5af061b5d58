#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/frame_store.h"
#include "core/mutex.h"
#include "ingest/journal_segment.h"
#include "ingest/latest_part.h"

namespace inkling::ingest {

// The merged frames of a journal directory by time, and the bytes of any frame back from disk: what
// the live journal and its reader have in common. Thread-safe.
//
// The latest frames are indexed with the times found in them, 32 bytes each. Those before (of an
// earlier run, or beyond the bound) are looked for in the segment files when a range asks for
// them; they count as lying between 1 h before and 60 s after their arrival.
class JournalFrames final : public FrameStore {
 public:
  static constexpr std::size_t kMostEntries = 1u << 20;

  // `most_entries`: frames that are indexed.
  explicit JournalFrames(std::string directory, std::size_t most_entries = kMostEntries)
      : directory_(std::move(directory)), most_entries_(most_entries) {}

  // Says that all frames before this position were merged by an earlier run; nothing to it where
  // their times were loaded.
  void set_earlier(Position end);
  // Segments before this number are gone.
  void forget_before(std::uint32_t segment);

  // Reads a frame and checks it. kNotFound if no sound header is there, kBadInput if the body is
  // damaged, kIo; all name the segment. The chunk's flags say "one whole frame"; ends_epoch is
  // the frame's.
  Result<void> read(Position position, FrameChunk& chunk) const;

  // Frames are noted in the order of their positions.
  void note_times(Position frame, Timestamp min, Timestamp max) override;
  Result<void> read_range(TimeRange range, const std::function<bool(FrameChunk&&)>& visit) override;
  Result<void> read_chosen(TimeRange range, const std::function<Choice(Position)>& choose,
                           const std::function<bool(FrameChunk&&)>& visit) override;
  TimeRange latest_part(TimeRange range, std::uint64_t bytes) override;
  void save_times(StateWriter& writer) const override;
  // Frames of segments that are gone are left out. Comes before set_earlier().
  Result<void> load_times(StateReader& reader) override;
  Result<std::string> read_record(Position position) override;

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t segment = 0;
    Timestamp min = Timestamp::none();
    Timestamp max = Timestamp::none();
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.offset, s.segment, s.min, s.max);
    }
  };
  struct Open {
    std::uint32_t number = 0;
    SegmentFile file;
    std::optional<std::uint64_t> salt;  // of its header
  };
  Result<std::shared_ptr<const Open>> segment(std::uint32_t number) const;
  // Visits the frames before earlier_end_ that touch a range, until told to stop.
  Result<void> scan_earlier(TimeRange range,
                            const std::function<bool(Position, const StoredFrame&)>& visit);
  Result<Timestamp> first_arrival(const SegmentName& segment);

  const std::string directory_;
  const std::size_t most_entries_;
  mutable Mutex mutex_;
  std::deque<Entry> entries_ INKLING_GUARDED_BY(mutex_);  // in the order of positions
  Position earlier_end_ INKLING_GUARDED_BY(mutex_);
  // Of the segments that were looked at for scan_earlier().
  std::map<std::uint32_t, Timestamp> first_arrivals_ INKLING_GUARDED_BY(mutex_);
  // The segment read last: reads come in runs.
  mutable std::shared_ptr<const Open> open_ INKLING_GUARDED_BY(mutex_);
};

// Reads the body of a frame whose header was found, and checks it; false if it is damaged. Fills
// all of the chunk.
Result<bool> read_frame(const SegmentFile& file, Position position, const StoredFrame& frame,
                        FrameChunk& chunk);

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

// The arrival of the first frame in a segment that has one; none() if there is no such frame.
Result<Timestamp> find_first_arrival(const SegmentFile& file);

}  // namespace inkling::ingest
