#include "ingest/journal_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "core/crc32c.h"
#include "ingest/latest_part.h"
#include "ingest/record_text.h"

namespace inkling::ingest {
namespace {

// How far the times in a frame of an earlier run may lie from its arrival. Behind: a guess, senders
// that were cut off longer are not found. Ahead: later times are set to the arrival (core rule).
constexpr Duration kAssumedDelay = std::chrono::hours(1);
constexpr Duration kAssumedLead = std::chrono::seconds(60);

std::string where(Position position) {
  return fmt::format("segment {} offset {}", position.segment, position.offset);
}

}  // namespace

void JournalFrames::add(std::uint32_t segment, std::uint64_t offset) {
  MutexLock lock(mutex_);
  entries_.push_back({.offset = offset, .segment = segment});
}

void JournalFrames::add_earlier(std::uint32_t segment, std::uint64_t offset,
                                const StoredFrame& frame) {
  Entry entry{.offset = offset, .segment = segment};
  if (frame.format != Format::kTick && frame.arrival.is_set()) {
    entry.min = frame.arrival - kAssumedDelay;
    entry.max = frame.arrival + kAssumedLead;
  }
  MutexLock lock(mutex_);
  entries_.push_back(entry);
}

void JournalFrames::name_origin(std::uint32_t segment, OriginId on_disk, OriginId id,
                                std::shared_ptr<const std::string> name) {
  MutexLock lock(mutex_);
  origins_[{segment, on_disk}] = {.id = id, .name = std::move(name)};
}

std::size_t JournalFrames::size() const {
  MutexLock lock(mutex_);
  return entries_.size();
}

Position JournalFrames::position(std::size_t index) const {
  MutexLock lock(mutex_);
  return {.segment = entries_[index].segment, .record = 0, .offset = entries_[index].offset};
}

Result<void> JournalFrames::read(Position position, FrameChunk& chunk) const {
  INKLING_TRY_ASSIGN(const auto file, segment(position.segment));
  std::array<char, kMaxFrameHeaderBytes> head;
  INKLING_TRY_ASSIGN(const std::size_t got,
                     file->read_at(position.offset, head.data(), head.size()));
  const auto frame = decode_frame_header({head.data(), got});
  if (!frame) {
    return fail(ErrorCode::kNotFound, fmt::format("no journal frame at {}", where(position)));
  }
  chunk.bytes.clear();
  chunk.bytes.reserve(frame->body_length);
  chunk.bytes.resize(frame->body_length);
  INKLING_TRY_ASSIGN(const std::size_t body, file->read_at(position.offset + frame->header_length,
                                                           chunk.bytes.data(), frame->body_length));
  if (body != frame->body_length || crc32c(chunk.bytes.view()) != frame->body_crc) {
    return fail(ErrorCode::kBadInput, fmt::format("journal frame is damaged: {}", where(position)));
  }
  chunk.header = {.position = {position.segment, 0, position.offset},
                  .origin = frame->origin,
                  .format = frame->format,
                  .encoding = frame->encoding,
                  .arrival = frame->arrival};
  chunk.preamble.reset();
  chunk.origin_name.reset();
  chunk.attributes =
      frame->attributes.empty() ? nullptr : std::make_shared<const std::string>(frame->attributes);
  chunk.begins_frame = true;
  chunk.ends_frame = true;
  chunk.ends_epoch = frame->ends_epoch;
  chunk.horizon = Timestamp::none();
  chunk.ends_origin = false;
  MutexLock lock(mutex_);
  if (const auto origin = origins_.find({position.segment, frame->origin});
      origin != origins_.end()) {
    chunk.header.origin = origin->second.id;
    chunk.origin_name = origin->second.name;
  }
  return {};
}

void JournalFrames::note_times(Position frame, Timestamp min, Timestamp max) {
  MutexLock lock(mutex_);
  Entry* entry = find(frame);
  if (entry == nullptr || !min.is_set() || !max.is_set()) return;
  // A frame handed out in parts is noted part by part.
  entry->min = entry->min.is_set() ? std::min(entry->min, min) : min;
  entry->max = entry->max.is_set() ? std::max(entry->max, max) : max;
}

Result<void> JournalFrames::read_range(TimeRange range,
                                       const std::function<bool(FrameChunk&&)>& visit) {
  std::vector<Position> touching;
  {
    MutexLock lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.min.is_set() && entry.min < range.end && entry.max >= range.begin) {
        touching.push_back({.segment = entry.segment, .record = 0, .offset = entry.offset});
      }
    }
  }
  for (const Position& position : touching) {
    FrameChunk chunk;
    INKLING_TRY(read(position, chunk));
    if (!visit(std::move(chunk))) break;
  }
  return {};
}

TimeRange JournalFrames::latest_part(TimeRange range, std::uint64_t bytes) {
  // Sizes are not kept: a frame reaches to the next one of its segment. The last of a segment
  // counts as none.
  std::vector<FrameExtent> extents;
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!entry.min.is_set() || !(entry.min < range.end) || entry.max < range.begin) continue;
    const bool has_next = i + 1 < entries_.size() && entries_[i + 1].segment == entry.segment;
    extents.push_back({entry.max, has_next ? entries_[i + 1].offset - entry.offset : 0});
  }
  return ingest::latest_part(std::move(extents), range, bytes);
}

Result<std::string> JournalFrames::read_record(Position position) {
  {
    MutexLock lock(mutex_);
    if (find(position) == nullptr) {
      return fail(ErrorCode::kNotFound, fmt::format("no journal frame at {}", where(position)));
    }
  }
  FrameChunk chunk;
  INKLING_TRY(read(position, chunk));
  Result<std::string> text = read_record_text(std::move(chunk), position.record);
  if (!text) {
    return fail(text.error().code,
                fmt::format("journal frame at {}: {}", where(position), text.error().message));
  }
  return text;
}

Result<std::shared_ptr<const SegmentFile>> JournalFrames::segment(std::uint32_t number) const {
  MutexLock lock(mutex_);
  if (open_ == nullptr || open_number_ != number) {
    INKLING_TRY_ASSIGN(SegmentFile file, SegmentFile::open(segment_path(directory_, number)));
    open_ = std::make_shared<const SegmentFile>(std::move(file));
    open_number_ = number;
  }
  return open_;
}

JournalFrames::Entry* JournalFrames::find(Position position) {
  const auto key = std::pair(position.segment, position.offset);
  const auto key_of = [](const Entry& entry) { return std::pair(entry.segment, entry.offset); };
  const auto found = std::ranges::lower_bound(entries_, key, {}, key_of);
  return found != entries_.end() && key_of(*found) == key ? &*found : nullptr;
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
