#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/position.h"
#include "core/timestamp.h"

namespace inkling::ingest {

// The segments of a journal by size and age, and which of them may go. A segment at or behind the
// position that is still needed never may. Not thread-safe: one owner.
class JournalShelf {
 public:
  struct Segment {
    std::uint32_t number = 0;
    std::uint64_t bytes = 0;
    Timestamp last_arrival = Timestamp::none();  // of its frames, about
  };

  // 0 = no bound.
  JournalShelf(std::uint64_t max_bytes, Duration max_age)
      : max_bytes_(max_bytes), max_age_(max_age) {}

  // A segment behind all others; the one written now is the last.
  void add(const Segment& segment);
  // The last segment has grown, or lost what could not be committed; `arrival` of its last frame.
  void grow(std::uint64_t end, Timestamp arrival);

  // Segments at or behind this one are needed.
  void need_from(std::uint32_t segment) { needed_from_ = segment; }
  std::uint32_t needed_from() const { return needed_from_; }

  // The oldest segment, if it has to go so that `more` bytes fit, or because of its age, and may.
  std::optional<Segment> due(std::uint64_t more) const;
  // It is gone; so is the last one.
  void drop_oldest();
  void drop_newest();

  // Whether `more` bytes find room once all that may go is gone.
  bool has_room(std::uint64_t more) const;

  std::uint64_t bytes() const { return bytes_; }
  std::size_t size() const { return segments_.size(); }
  std::uint32_t first() const { return segments_.empty() ? 0 : segments_.front().number; }
  // Numbers that are missing between segments, from this one on.
  std::uint64_t gaps_from(std::uint32_t number) const;
  // Bytes at or behind the needed segment.
  std::uint64_t needed_bytes() const;

 private:
  bool may_go(const Segment& segment) const {
    return segment.number < needed_from_ && segment.number != segments_.back().number;
  }

  const std::uint64_t max_bytes_;
  const Duration max_age_;
  std::deque<Segment> segments_;
  std::uint64_t bytes_ = 0;
  std::uint32_t needed_from_ = 0;
  Timestamp newest_ = Timestamp::none();
};

}  // namespace inkling::ingest
