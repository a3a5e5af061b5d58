#include "ingest/journal_reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "core/log.h"

namespace inkling::ingest {
namespace {

constexpr std::uint64_t kDamageTold = 10;  // places named one by one, the others only counted

}  // namespace

Result<std::unique_ptr<JournalReader>> JournalReader::create(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal directory: {}", directory));
  }
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory));
  if (segments.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal segments in: {}", directory));
  }
  std::unique_ptr<JournalReader> reader(new JournalReader(directory));
  for (const SegmentName& segment : segments) INKLING_TRY(reader->open_segment(segment));
  return reader;
}

Result<void> JournalReader::open_segment(const SegmentName& segment) {
  INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
  INKLING_TRY_ASSIGN(
      const SegmentSurvey survey,
      survey_segment(file, SegmentScanner::Depth::kHeaders, [&](const ScannedFrame& found) {
        if (!found.frame.origin_name.empty()) {
          learn_origin(segment.number, found.frame.origin, found.frame.origin_name);
        }
        frames_.add(segment.number, found.offset);
        total_bytes_ += found.frame.body_length;
      }));
  if (survey.damaged_places > 0 || survey.is_foreign) {
    damaged_places_ += survey.is_foreign ? 1 : survey.damaged_places;
    log_warn(fmt::format("journal: skipped what cannot be read: {} bytes in {} places of {}{}",
                         survey.damaged_bytes, survey.damaged_places, segment.path,
                         survey.is_foreign ? " (another version)" : ""));
  }
  return {};
}

void JournalReader::learn_origin(std::uint32_t segment, OriginId on_disk, std::string_view name) {
  auto known = ids_.find(name);
  if (known == ids_.end()) {
    // Free numbers are looked for above all that are in use.
    const bool taken = names_.contains(on_disk);
    const OriginId id = taken ? names_.rbegin()->first + 1 : on_disk;
    known = ids_.emplace(name, id).first;
    names_[id] = std::make_shared<const std::string>(name);
  }
  frames_.name_origin(segment, on_disk, known->second, names_[known->second]);
}

Result<bool> JournalReader::next(FrameChunk& chunk) {
  while (next_ < frames_.size()) {
    const auto read = frames_.read(frames_.position(next_++), chunk);
    if (read) {
      bytes_read_ += chunk.bytes.size();
      return true;
    }
    if (read.error().code == ErrorCode::kIo) return fail(read.error());
    if (damaged_places_++ >= kDamageTold) continue;
    log_warn(fmt::format("journal: skipped what cannot be read: {}", read.error().message));
  }
  return false;
}

void JournalReader::note_times(Position frame, Timestamp min, Timestamp max) {
  frames_.note_times(frame, min, max);
}
Result<void> JournalReader::read_range(TimeRange range,
                                       const std::function<bool(FrameChunk&&)>& visit) {
  return frames_.read_range(range, visit);
}
TimeRange JournalReader::latest_part(TimeRange range, std::uint64_t bytes) {
  return frames_.latest_part(range, bytes);
}
Result<std::string> JournalReader::read_record(Position position) {
  return frames_.read_record(position);
}

}  // namespace inkling::ingest
