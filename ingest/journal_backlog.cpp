#include "ingest/journal_backlog.h"

#include <algorithm>
#include <utility>

namespace inkling::ingest {

void JournalBacklog::add(FrameChunk chunk, std::uint64_t weight, Time committed) {
  bytes_ += weight;
  newest_ = std::max(newest_, chunk.header.arrival);
  const Position position = chunk.header.position;
  if (!disk_ && memory_bytes_ + chunk.bytes.size() > max_memory_bytes_) {
    disk_ = Stretch{.begin = position, .end = position};
  }
  if (disk_) {
    disk_->end = {position.segment, 0, position.offset + 1};
    disk_bytes_ += weight;
  } else {
    memory_bytes_ += chunk.bytes.size();
    frames_.push_back({std::move(chunk), weight, committed});
  }
  show();
}

void JournalBacklog::add_earlier(Position begin, Position end, std::uint64_t bytes) {
  disk_ = Stretch{.begin = begin, .end = end};
  disk_bytes_ += bytes;
  bytes_ += bytes;
  show();
}

std::optional<FrameChunk> JournalBacklog::take(Time now) {
  if (frames_.empty()) return std::nullopt;
  Entry entry = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= entry.weight;
  memory_bytes_ -= entry.chunk.bytes.size();
  meters_.lag_seconds.set(std::chrono::duration<double>(now - entry.committed).count());
  show();
  return std::move(entry.chunk);
}

void JournalBacklog::took(const FrameChunk& chunk, std::uint64_t weight) {
  weight = std::min(weight, disk_bytes_);
  disk_bytes_ -= weight;
  bytes_ -= weight;
  if (newest_.is_set() && chunk.header.arrival.is_set()) {
    const Duration lag = std::max(Duration(0), newest_ - chunk.header.arrival);
    meters_.lag_seconds.set(std::chrono::duration<double>(lag).count());
  }
  show();
}

void JournalBacklog::caught_up(Position end) {
  if (!disk_ || disk_->end != end) return;  // it has grown
  disk_.reset();
  bytes_ -= std::exchange(disk_bytes_, 0);  // what could not be read
  show();
}

void JournalBacklog::show() {
  meters_.backlog_bytes.set(static_cast<double>(bytes_));
  meters_.ready_bytes.set(static_cast<double>(memory_bytes_));
}

}  // namespace inkling::ingest
