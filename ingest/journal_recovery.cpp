#include "ingest/journal_recovery.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "core/log.h"

namespace inkling::ingest {
namespace {

Result<SegmentSurvey> add_frames(const SegmentName& segment, SegmentScanner::Depth depth,
                                 JournalFrames& frames, ClientKeys& keys) {
  INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
  return survey_segment(file, depth, [&](const ScannedFrame& found) {
    frames.add_earlier(segment.number, found.offset, found.frame);
    if (!found.frame.client_key.empty()) {
      keys.restore(found.frame.client_key, found.frame.arrival,
                   {.segment = segment.number, .record = 0, .offset = found.offset});
    }
    if (found.frame.origin_name.empty()) return;
    frames.name_origin(segment.number, found.frame.origin, found.frame.origin,
                       std::make_shared<const std::string>(found.frame.origin_name));
  });
}

// Makes the segment end with its last sound frame.
Result<void> cut_tail(const SegmentName& segment, const SegmentSurvey& survey) {
  const std::uint64_t tail = survey.file_size - survey.sound_end;
  if (tail == 0) return {};
  if (::truncate(segment.path.c_str(), static_cast<off_t>(survey.sound_end)) != 0) {
    return fail(ErrorCode::kIo, fmt::format("cannot cut the torn tail of journal segment: {}: {}",
                                            segment.path, std::generic_category().message(errno)));
  }
  log_warn(fmt::format("journal: cut a torn tail that was never acknowledged: {} bytes of {}", tail,
                       segment.path));
  return {};
}

}  // namespace

Result<JournalSurvey> recover_journal(const std::string& directory, JournalFrames& frames,
                                      ClientKeys& keys) {
  JournalSurvey result;
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory));
  for (const SegmentName& segment : segments) {
    result.next_number = segment.number + 1;
    const bool is_last = &segment == &segments.back();
    INKLING_TRY_ASSIGN(SegmentSurvey survey, add_frames(segment,
                                                        is_last ? SegmentScanner::Depth::kBodies
                                                                : SegmentScanner::Depth::kHeaders,
                                                        frames, keys));
    const std::uint64_t tail = survey.file_size - survey.sound_end;
    const bool is_ours =
        survey.has_header || survey.frames > 0 || survey.file_size < kFrameHeaderBytes;
    if (survey.is_foreign || !is_last || !is_ours) {
      if (tail > 0) ++survey.damaged_places;
      survey.damaged_bytes += tail;
    } else if (survey.frames == 0) {
      // Nothing was ever committed to it, so its number can be used again.
      if (::unlink(segment.path.c_str()) == 0) result.next_number = segment.number;
    } else {
      INKLING_TRY(cut_tail(segment, survey));
      result.cut_bytes += tail;
    }
    if (survey.damaged_places == 0) continue;
    result.damaged_places += survey.damaged_places;
    log_warn(fmt::format("journal: skipped what cannot be read: {} bytes in {} places of {}{}",
                         survey.damaged_bytes, survey.damaged_places, segment.path,
                         survey.is_foreign ? " (another version)" : ""));
  }
  return result;
}

}  // namespace inkling::ingest
