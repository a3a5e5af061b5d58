#include "ingest/journal_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/log.h"
#include "ingest/journal_frames.h"

namespace inkling::ingest {
namespace {

constexpr std::uint64_t kDamageTold = 10;  // places named one by one, the others only counted

}  // namespace

void JournalCursor::seek(Position from) {
  from_ = {from.segment, 0, from.offset};
  expected_ = from.segment;
  current_.reset();
}

void JournalCursor::note_bad(std::uint64_t begin, std::uint64_t end) {
  ++damage_.places;
  damage_.bytes += end - begin;
  if (damage_.places <= kDamageTold) {
    log_warn(fmt::format("journal: skipped what cannot be read: {} bytes at {} of {}{}",
                         end - begin, begin, current_->file.path(),
                         current_->scanner->is_foreign() ? " (another version)" : ""));
  }
  if (on_bad_) on_bad_(current_->file, {current_->number, begin, end});
}

// Opens the first segment that may hold something at or behind from_; false if none lies before
// `end`.
Result<bool> JournalCursor::open_segment(Position end) {
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory_));
  const auto found = std::ranges::lower_bound(segments, from_.segment, {}, &SegmentName::number);
  const bool none = found == segments.end() || !(Position{found->number, 0, 0} < end);
  const std::uint32_t next = none ? end.segment : found->number;
  // The segment that `end` lies at the begin of need not be there.
  if (expected_ != 0 && next > expected_) {
    damage_.missing_segments += next - expected_;
    log_error(
        fmt::format("journal: {} segment{} missing before number {} in {}: what they held is "
                    "lost",
                    next - expected_, next - expected_ == 1 ? "" : "s", next, directory_));
    expected_ = next;
  }
  if (none) return false;
  INKLING_TRY_ASSIGN(SegmentFile file, SegmentFile::open(found->path));
  current_ = std::make_unique<Current>(found->number, std::move(file));
  INKLING_TRY_ASSIGN(current_->scanner,
                     SegmentScanner::create(current_->file, SegmentScanner::Depth::kHeaders));
  if (found->number > from_.segment) from_ = {found->number, 0, 0};
  expected_ = found->number;
  seen_end_ = end;
  // Frames before it were read by an earlier run, whatever there is between them.
  if (from_.offset > kSegmentHeaderBytes && !current_->scanner->is_foreign()) {
    // "Behind the frame at x" is said as x + 1.
    const std::uint64_t begin = from_.offset / kFrameAlignment * kFrameAlignment;
    current_->scanner->seek(std::min(begin, current_->scanner->file_size()));
  }
  return true;
}

// Counts what is left behind the last sound frame of a segment that is complete.
Result<void> JournalCursor::finish_segment() {
  const SegmentScanner& scanner = *current_->scanner;
  if (scanner.file_size() > scanner.sound_end()) note_bad(scanner.sound_end(), scanner.file_size());
  from_ = {current_->number + 1, 0, 0};
  expected_ = current_->number + 1;
  current_.reset();
  return {};
}

Result<std::optional<JournalCursor::Header>> JournalCursor::next_header(Position end) {
  while (true) {
    if (current_ == nullptr) {
      INKLING_TRY_ASSIGN(const bool opened, open_segment(end));
      if (!opened) return std::optional<Header>();
    }
    SegmentScanner& scanner = *current_->scanner;
    const bool is_last = current_->number == end.segment;
    if (current_->number > end.segment || (is_last && scanner.offset() >= end.offset)) {
      return std::optional<Header>();
    }
    if (end != seen_end_) {
      INKLING_TRY(scanner.refresh());
      seen_end_ = end;
    }
    INKLING_TRY_ASSIGN(const auto found, scanner.next());
    if (found && is_last && found->offset >= end.offset) {
      scanner.seek(found->offset);
      return std::optional<Header>();
    }
    if (found) {
      if (found->skipped > 0) note_bad(found->offset - found->skipped, found->offset);
      const Position position{current_->number, 0, found->offset};
      if (position < from_) continue;
      from_ = {current_->number, 0, found->offset + found->frame.total_length()};
      return std::optional<Header>({position, found->frame});
    }
    if (is_last && !scanner.is_foreign()) return std::optional<Header>();  // a torn tail
    INKLING_TRY(finish_segment());
  }
}

Result<bool> JournalCursor::next(Position end, FrameChunk& chunk) {
  while (true) {
    INKLING_TRY_ASSIGN(const auto header, next_header(end));
    if (!header) return false;
    INKLING_TRY_ASSIGN(const bool sound,
                       read_frame(current_->file, header->position, header->frame, chunk));
    if (sound) return true;
    note_bad(header->position.offset, from_.offset);
  }
}

}  // namespace inkling::ingest
