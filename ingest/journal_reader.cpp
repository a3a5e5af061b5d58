#include "ingest/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace inkling::ingest {

Result<std::unique_ptr<JournalReader>> JournalReader::create(const std::string& directory,
                                                             const Options& options) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal directory: {}", directory));
  }
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory));
  if (segments.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal segments in: {}", directory));
  }
  std::unique_ptr<JournalReader> reader(new JournalReader(directory, options));
  for (const SegmentName& segment : segments) {
    INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
    INKLING_TRY_ASSIGN(const std::uint64_t size, file.size());
    reader->extents_.push_back({segment.number, reader->total_bytes_});
    reader->total_bytes_ += size;
    reader->end_ = {segment.number, 0, size};
    if (!options.from.is_set()) continue;
    // Arrivals only grow, but for a little disorder that the frames before pay for.
    INKLING_TRY_ASSIGN(const Timestamp first, find_first_arrival(file));
    if (first.is_set() && first < options.from) reader->cursor_.seek({segment.number, 0, 0});
  }
  return reader;
}

void JournalReader::note_progress() {
  damaged_places_ = cursor_.damage().places;
  missing_segments_ = cursor_.damage().missing_segments;
  const Position at = cursor_.position();
  const auto extent = std::ranges::upper_bound(extents_, at.segment, {}, &Extent::segment);
  if (extent == extents_.begin()) return;
  bytes_read_ = std::min(std::prev(extent)->before + at.offset, total_bytes_);
}

Result<bool> JournalReader::next(FrameChunk& chunk) {
  while (true) {
    INKLING_TRY_ASSIGN(const bool more, cursor_.next(end_, chunk));
    note_progress();
    if (!more) {
      bytes_read_ = total_bytes_;
      return false;
    }
    if (options_.from.is_set() && chunk.header.arrival < options_.from) continue;
    ++frames_read_;
    return true;
  }
}

void JournalReader::note_times(Position frame, Timestamp min, Timestamp max) {
  frames_.note_times(frame, min, max);
}
Result<void> JournalReader::read_range(TimeRange range,
                                       const std::function<bool(FrameChunk&&)>& visit) {
  return frames_.read_range(range, visit);
}
Result<void> JournalReader::read_chosen(TimeRange range,
                                        const std::function<Choice(Position)>& choose,
                                        const std::function<bool(FrameChunk&&)>& visit) {
  return frames_.read_chosen(range, choose, visit);
}
TimeRange JournalReader::latest_part(TimeRange range, std::uint64_t bytes) {
  return frames_.latest_part(range, bytes);
}
Result<std::string> JournalReader::read_record(Position position) {
  return frames_.read_record(position);
}

}  // namespace inkling::ingest
