#include "ingest/journal_shelf.h"

#include <algorithm>

#include "core/check.h"

namespace inkling::ingest {

void JournalShelf::add(const Segment& segment) {
  segments_.push_back(segment);
  bytes_ += segment.bytes;
  newest_ = std::max(newest_, segment.last_arrival);
}

void JournalShelf::grow(std::uint64_t end, Timestamp arrival) {
  INKLING_CHECK(!segments_.empty());
  Segment& last = segments_.back();
  bytes_ += end - last.bytes;
  last.bytes = end;
  last.last_arrival = std::max(last.last_arrival, arrival);
  newest_ = std::max(newest_, arrival);
}

std::optional<JournalShelf::Segment> JournalShelf::due(std::uint64_t more) const {
  if (segments_.empty() || !may_go(segments_.front())) return std::nullopt;
  const Segment& oldest = segments_.front();
  const bool too_much = max_bytes_ > 0 && bytes_ + more > max_bytes_;
  const bool too_old = max_age_.count() > 0 && oldest.last_arrival.is_set() && newest_.is_set() &&
                       newest_ - oldest.last_arrival > max_age_;
  return too_much || too_old ? std::optional(oldest) : std::nullopt;
}

void JournalShelf::drop_oldest() {
  INKLING_CHECK(!segments_.empty());
  bytes_ -= segments_.front().bytes;
  segments_.pop_front();
}

void JournalShelf::drop_newest() {
  INKLING_CHECK(!segments_.empty());
  bytes_ -= segments_.back().bytes;
  segments_.pop_back();
}

std::uint64_t JournalShelf::gaps_from(std::uint32_t number) const {
  std::uint64_t gaps = 0;
  for (std::size_t i = 1; i < segments_.size(); ++i) {
    const std::uint32_t first = std::max(segments_[i - 1].number + 1, number);
    if (segments_[i].number > first) gaps += segments_[i].number - first;
  }
  return gaps;
}

std::uint64_t JournalShelf::needed_bytes() const {
  std::uint64_t bytes = 0;
  for (const Segment& segment : segments_) {
    if (!may_go(segment)) bytes += segment.bytes;
  }
  return bytes;
}

bool JournalShelf::has_room(std::uint64_t more) const {
  return max_bytes_ == 0 || bytes_ + more <= max_bytes_ || needed_bytes() + more <= max_bytes_;
}

}  // namespace inkling::ingest
