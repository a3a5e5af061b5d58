#include "ingest/journal_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "core/crc32c.h"
#include "core/state_fields.h"
#include "ingest/latest_part.h"
#include "ingest/record_text.h"

namespace inkling::ingest {
namespace {

constexpr StateId kTimes = state_id("TIME");
constexpr std::uint32_t kTimesVersion = 1;

// How far the times in a frame of an earlier run may lie from its arrival. Behind: a guess, senders
// that were cut off longer are not found. Ahead: later times are set to the arrival (core rule).
constexpr Duration kAssumedDelay = std::chrono::hours(1);
constexpr Duration kAssumedLead = std::chrono::seconds(60);

// Arrivals of neighbours may stand in the wrong order by so much: threads, and a clock that is set.
constexpr Duration kDisorder = std::chrono::seconds(60);

constexpr std::uint64_t kExtentBytes = 64u << 10;

std::string where(Position position) {
  return fmt::format("segment {} offset {}", position.segment, position.offset);
}

bool touches(TimeRange range, Timestamp min, Timestamp max) {
  return min.is_set() && min < range.end && max >= range.begin;
}

}  // namespace

void JournalFrames::set_earlier(Position end) {
  MutexLock lock(mutex_);
  if (entries_.empty()) earlier_end_ = end;
}

void JournalFrames::save_times(StateWriter& writer) const {
  writer.begin_section(kTimes, kTimesVersion);
  FieldSaver a(writer);
  {
    MutexLock lock(mutex_);
    a(earlier_end_, entries_);
  }
  writer.end_section();
}

Result<void> JournalFrames::load_times(StateReader& reader) {
  StateReader::Section section = reader.section(kTimes, kTimesVersion);
  FieldLoader a(section.content);
  Position earlier_end;
  std::deque<Entry> entries;
  a(earlier_end, entries);
  INKLING_TRY(section.content.finish());
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory_));
  std::erase_if(entries, [&](const Entry& entry) {
    return std::ranges::find(segments, entry.segment, &SegmentName::number) == segments.end();
  });
  MutexLock lock(mutex_);
  earlier_end_ = earlier_end;
  entries_ = std::move(entries);
  return {};
}

void JournalFrames::forget_before(std::uint32_t segment) {
  MutexLock lock(mutex_);
  while (!entries_.empty() && entries_.front().segment < segment) entries_.pop_front();
  first_arrivals_.erase(first_arrivals_.begin(), first_arrivals_.lower_bound(segment));
  if (open_ != nullptr && open_->number < segment) open_.reset();
}

Result<bool> read_frame(const SegmentFile& file, Position position, const StoredFrame& frame,
                        FrameChunk& chunk) {
  chunk.bytes.clear();
  chunk.bytes.reserve(frame.body_length);
  chunk.bytes.resize(frame.body_length);
  INKLING_TRY_ASSIGN(const std::size_t body, file.read_at(position.offset + frame.header_length,
                                                          chunk.bytes.data(), frame.body_length));
  if (body != frame.body_length || crc32c(chunk.bytes.view()) != frame.body_crc) return false;
  const bool named = !frame.origin_name.empty();
  chunk.header = {.position = {position.segment, 0, position.offset},
                  .origin = named ? origin_number(frame.origin_name) : frame.origin,
                  .format = frame.format,
                  .encoding = frame.encoding,
                  .arrival = frame.arrival};
  chunk.preamble.reset();
  chunk.origin_name = named ? std::make_shared<const std::string>(frame.origin_name) : nullptr;
  chunk.attributes =
      frame.attributes.empty() ? nullptr : std::make_shared<const std::string>(frame.attributes);
  chunk.begins_frame = true;
  chunk.ends_frame = true;
  chunk.ends_epoch = frame.ends_epoch;
  chunk.horizon = Timestamp::none();
  chunk.ends_origin = false;
  return true;
}

Result<void> JournalFrames::read(Position position, FrameChunk& chunk) const {
  INKLING_TRY_ASSIGN(const auto open, segment(position.segment));
  std::array<char, kMaxFrameHeaderBytes> head;
  INKLING_TRY_ASSIGN(const std::size_t got,
                     open->file.read_at(position.offset, head.data(), head.size()));
  const auto frame = decode_frame_header({head.data(), got});
  // Bytes inside of a body may look like a frame: those have another salt.
  if (!frame || (open->salt && frame->salt != *open->salt)) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal frame at {}", where(position)));
  }
  INKLING_TRY_ASSIGN(const bool sound, read_frame(open->file, position, *frame, chunk));
  if (sound) return {};
  return fail(ErrorCode::kBadInput, fmt::format("journal frame is damaged: {}", where(position)));
}

void JournalFrames::note_times(Position frame, Timestamp min, Timestamp max) {
  MutexLock lock(mutex_);
  if (!min.is_set() || !max.is_set()) return;
  if (!entries_.empty()) {
    Entry& last = entries_.back();
    if (last.segment == frame.segment && last.offset == frame.offset) {
      // A frame handed out in parts is noted part by part.
      last.min = std::min(last.min, min);
      last.max = std::max(last.max, max);
      return;
    }
  }
  entries_.push_back({.offset = frame.offset, .segment = frame.segment, .min = min, .max = max});
  if (entries_.size() <= most_entries_) return;
  earlier_end_ = {entries_.front().segment, 0, entries_.front().offset + 1};
  entries_.pop_front();
}

Result<Timestamp> JournalFrames::first_arrival(const SegmentName& segment) {
  {
    MutexLock lock(mutex_);
    const auto known = first_arrivals_.find(segment.number);
    if (known != first_arrivals_.end()) return known->second;
  }
  INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
  INKLING_TRY_ASSIGN(const Timestamp arrival, find_first_arrival(file));
  MutexLock lock(mutex_);
  first_arrivals_[segment.number] = arrival;
  return arrival;
}

Result<void> JournalFrames::scan_earlier(
    TimeRange range, const std::function<bool(Position, const StoredFrame&)>& visit) {
  Position end;
  {
    MutexLock lock(mutex_);
    end = earlier_end_;
  }
  if (end == Position{}) return {};
  INKLING_TRY_ASSIGN(const auto segments, list_segments(directory_));
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const SegmentName& segment = segments[i];
    if (!(Position{segment.number, 0, 0} < end)) break;
    INKLING_TRY_ASSIGN(const Timestamp first, first_arrival(segment));
    if (first.is_set() && !(first - kAssumedDelay - kDisorder < range.end)) continue;
    if (i + 1 < segments.size()) {
      INKLING_TRY_ASSIGN(const Timestamp next, first_arrival(segments[i + 1]));
      if (next.is_set() && next + kAssumedLead + kDisorder < range.begin) continue;
    }
    INKLING_TRY_ASSIGN(const SegmentFile file, SegmentFile::open(segment.path));
    INKLING_TRY_ASSIGN(SegmentScanner scanner,
                       SegmentScanner::create(file, SegmentScanner::Depth::kHeaders));
    while (true) {
      INKLING_TRY_ASSIGN(const auto found, scanner.next());
      if (!found) break;
      const Position position{segment.number, 0, found->offset};
      if (!(position < end)) return {};
      const StoredFrame& frame = found->frame;
      if (frame.format == Format::kTick || !frame.arrival.is_set()) continue;
      if (!touches(range, frame.arrival - kAssumedDelay, frame.arrival + kAssumedLead)) continue;
      if (!visit(position, frame)) return {};
    }
  }
  return {};
}

Result<void> JournalFrames::read_range(TimeRange range,
                                       const std::function<bool(FrameChunk&&)>& visit) {
  return read_chosen(range, [](Position) { return Choice::kRead; }, visit);
}

Result<void> JournalFrames::read_chosen(TimeRange range,
                                        const std::function<Choice(Position)>& choose,
                                        const std::function<bool(FrameChunk&&)>& visit) {
  bool stopped = false;
  const auto take = [&](Position position) -> Result<bool> {
    const Choice choice = choose(position);
    if (choice == Choice::kSkip) return true;
    if (choice == Choice::kStop) return false;
    FrameChunk chunk;
    INKLING_TRY(read(position, chunk));
    return visit(std::move(chunk));
  };
  Result<void> failed;
  INKLING_TRY(scan_earlier(range, [&](Position position, const StoredFrame&) {
    const auto more = take(position);
    if (!more) failed = fail(more.error());
    stopped = !more || !*more;
    return !stopped;
  }));
  if (stopped) return failed;
  std::vector<Position> touching;
  {
    MutexLock lock(mutex_);
    for (const Entry& entry : entries_) {
      if (touches(range, entry.min, entry.max)) {
        touching.push_back({.segment = entry.segment, .record = 0, .offset = entry.offset});
      }
    }
  }
  for (const Position& position : touching) {
    INKLING_TRY_ASSIGN(const bool more, take(position));
    if (!more) break;
  }
  return {};
}

TimeRange JournalFrames::latest_part(TimeRange range, std::uint64_t bytes) {
  std::vector<FrameExtent> extents;
  // Earlier frames are taken together in pieces, so that many small ones cost nothing.
  const auto scanned = scan_earlier(range, [&](Position, const StoredFrame& frame) {
    const Timestamp max = frame.arrival + kAssumedLead;
    const bool joins = !extents.empty() && extents.back().bytes < kExtentBytes;
    if (!joins) extents.push_back({.max = max, .bytes = 0});
    extents.back().max = std::max(extents.back().max, max);
    extents.back().bytes += frame.total_length();
    return true;
  });
  static_cast<void>(scanned);  // what cannot be read has no extent; reading it will say so
  // Sizes are not kept: a frame reaches to the next one of its segment. The last of a segment
  // counts as none.
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!touches(range, entry.min, entry.max)) continue;
    const bool has_next = i + 1 < entries_.size() && entries_[i + 1].segment == entry.segment;
    extents.push_back({entry.max, has_next ? entries_[i + 1].offset - entry.offset : 0});
  }
  return ingest::latest_part(std::move(extents), range, bytes);
}

Result<std::string> JournalFrames::read_record(Position position) {
  FrameChunk chunk;
  INKLING_TRY(read(position, chunk));
  Result<std::string> text = read_record_text(std::move(chunk), position.record);
  if (!text) {
    return fail(text.error().code,
                fmt::format("journal frame at {}: {}", where(position), text.error().message));
  }
  return text;
}

Result<std::shared_ptr<const JournalFrames::Open>> JournalFrames::segment(
    std::uint32_t number) const {
  MutexLock lock(mutex_);
  if (open_ == nullptr || open_->number != number) {
    INKLING_TRY_ASSIGN(SegmentFile file, SegmentFile::open(segment_path(directory_, number)));
    std::array<char, kSegmentHeaderBytes> head;
    INKLING_TRY_ASSIGN(const std::size_t got, file.read_at(0, head.data(), head.size()));
    const auto header = decode_segment_header({head.data(), got});
    open_ = std::make_shared<const Open>(
        number, std::move(file),
        header ? std::optional(header->salt) : std::optional<std::uint64_t>());
  }
  return open_;
}

Result<Timestamp> find_first_arrival(const SegmentFile& file) {
  INKLING_TRY_ASSIGN(SegmentScanner scanner,
                     SegmentScanner::create(file, SegmentScanner::Depth::kHeaders));
  while (true) {
    INKLING_TRY_ASSIGN(const auto found, scanner.next());
    if (!found) return Timestamp::none();
    if (found->frame.arrival.is_set()) return found->frame.arrival;
  }
}

Result<SegmentSurvey> survey_segment(const SegmentFile& file, SegmentScanner::Depth depth,
                                     const std::function<void(const ScannedFrame&)>& visit) {
  INKLING_TRY_ASSIGN(SegmentScanner scanner, SegmentScanner::create(file, depth));
  SegmentSurvey survey;
  while (true) {
    INKLING_TRY_ASSIGN(const auto found, scanner.next());
    if (!found) break;
    ++survey.frames;
    visit(*found);
  }
  survey.has_header = scanner.has_header();
  survey.is_foreign = scanner.is_foreign();
  survey.damaged_places = scanner.damaged_places();
  survey.damaged_bytes = scanner.damaged_bytes();
  survey.sound_end = scanner.sound_end();
  survey.file_size = scanner.file_size();
  return survey;
}

}  // namespace inkling::ingest
