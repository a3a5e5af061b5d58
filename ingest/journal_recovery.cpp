#include "ingest/journal_recovery.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "core/log.h"
#include "ingest/journal_frames.h"
#include "ingest/journal_writer.h"

namespace inkling::ingest {
namespace {

// Whether these bytes, less than a block, are zeros.
Result<bool> is_padding(const SegmentFile& file, std::uint64_t offset, std::uint64_t size) {
  std::array<char, JournalDisk::kBlockBytes> bytes;
  if (size >= bytes.size()) return false;
  INKLING_TRY_ASSIGN(const std::size_t got,
                     file.read_at(offset, bytes.data(), static_cast<std::size_t>(size)));
  return std::all_of(bytes.data(), bytes.data() + got, [](char byte) { return byte == 0; });
}

// The segments as found, oldest first.
class Recovery {
 public:
  Recovery(ClientKeys& keys, UnansweredFrames& unanswered, JournalQuarantine& quarantine)
      : keys_(keys), unanswered_(unanswered), quarantine_(quarantine) {}

  // Reads all headers of a segment, and the bodies of the last one.
  Result<void> read(const SegmentName& segment, bool is_last, JournalSurvey& result) {
    INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
    Timestamp last_arrival = Timestamp::none();
    const auto depth = is_last ? SegmentScanner::Depth::kBodies : SegmentScanner::Depth::kHeaders;
    INKLING_TRY_ASSIGN(
        const SegmentSurvey survey, survey_segment(file, depth, [&](const ScannedFrame& found) {
          last_arrival = std::max(last_arrival, found.frame.arrival);
          if (found.skipped > 0) {
            quarantine_.keep(file, {segment.number, found.offset - found.skipped, found.offset});
          }
          unanswered_.restore(found.frame, {segment.number, 0, found.offset});
          if (found.frame.client_key.empty()) return;
          keys_.restore(found.frame.client_key, found.frame.arrival,
                        {.segment = segment.number, .record = 0, .offset = found.offset});
        }));
    std::uint64_t size = survey.file_size;
    const bool is_ours =
        survey.has_header || survey.frames > 0 || survey.file_size < kFrameHeaderBytes;
    if (survey.is_foreign || !is_last || !is_ours) {
      if (survey.file_size > survey.sound_end) {
        quarantine_.keep(file, {segment.number, survey.sound_end, survey.file_size});
        log_warn(fmt::format("journal: skipped what cannot be read: {} bytes at the end of {}{}",
                             survey.file_size - survey.sound_end, segment.path,
                             survey.is_foreign ? " (another version)" : ""));
      }
    } else if (survey.frames == 0) {
      // Nothing was ever committed to it, so its number can be used again.
      if (::unlink(segment.path.c_str()) == 0) {
        result.next_number = segment.number;
        return {};
      }
    } else {
      INKLING_TRY(cut_tail(segment, file, survey));
      result.cut_bytes += survey.file_size - survey.sound_end;
      size = survey.sound_end;
    }
    result.segments.push_back({segment.number, size, last_arrival});
    return {};
  }

 private:
  // Makes the segment end with its last sound frame.
  Result<void> cut_tail(const SegmentName& segment, const SegmentFile& file,
                        const SegmentSurvey& survey) {
    const std::uint64_t tail = survey.file_size - survey.sound_end;
    if (tail == 0) return {};
    // A bit that flipped in the last frame looks the same as a tear: nothing is thrown away but the
    // zeros that fill the last block.
    INKLING_TRY_ASSIGN(const bool zeros, is_padding(file, survey.sound_end, tail));
    if (!zeros) quarantine_.copy(file, {segment.number, survey.sound_end, survey.file_size});
    if (::truncate(segment.path.c_str(), static_cast<off_t>(survey.sound_end)) != 0) {
      return fail(ErrorCode::kIo,
                  fmt::format("cannot cut the torn tail of journal segment: {}: {}", segment.path,
                              std::generic_category().message(errno)));
    }
    if (zeros) return {};
    log_warn(fmt::format("journal: cut a torn tail that was never acknowledged: {} bytes of {}",
                         tail, segment.path));
    return {};
  }

  ClientKeys& keys_;
  UnansweredFrames& unanswered_;
  JournalQuarantine& quarantine_;
};

}  // namespace

Result<JournalSurvey> recover_journal(const std::string& directory, Duration key_memory,
                                      ClientKeys& keys, UnansweredFrames& unanswered,
                                      JournalQuarantine& quarantine) {
  JournalSurvey result;
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory));
  std::vector<Timestamp> first(segments.size() + 1, Timestamp::none());
  std::vector<std::uint64_t> sizes(segments.size());
  Timestamp newest = Timestamp::none();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segments[i].path));
    INKLING_TRY_ASSIGN(sizes[i], file.size());
    INKLING_TRY_ASSIGN(first[i], find_first_arrival(file));
    newest = std::max(newest, first[i]);
    if (i > 0) result.missing_segments += segments[i].number - segments[i - 1].number - 1;
  }
  if (result.missing_segments > 0) {
    log_error(
        fmt::format("journal: {} segment{} missing between others in {}: what they held is lost",
                    result.missing_segments, result.missing_segments == 1 ? "" : "s", directory));
  }
  Recovery recovery(keys, unanswered, quarantine);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    result.next_number = segments[i].number + 1;
    const bool is_last = i + 1 == segments.size();
    // What arrived in it lies before the first arrival of the next one.
    const Timestamp until = first[i + 1];
    const bool is_old = !is_last && until.is_set() && newest - until > key_memory;
    if (is_old) {
      result.segments.push_back({segments[i].number, sizes[i], until});
      continue;
    }
    INKLING_TRY(recovery.read(segments[i], is_last, result));
  }
  return result;
}

}  // namespace inkling::ingest
