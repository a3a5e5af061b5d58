#include "ingest/journal_backlog.h"

#include <utility>

namespace inkling::ingest {

void JournalBacklog::add(FrameChunk chunk, std::uint64_t weight, Time committed) {
  Entry& entry = frames_.emplace_back();
  entry.position = chunk.header.position;
  entry.weight = weight;
  entry.committed = committed;
  bytes_ += weight;
  if (memory_bytes_ + chunk.bytes.size() <= max_memory_bytes_) {
    memory_bytes_ += chunk.bytes.size();
    entry.chunk = std::make_unique<FrameChunk>(std::move(chunk));
  }
  meters_.backlog_bytes.set(static_cast<double>(bytes_));
  meters_.ready_bytes.set(static_cast<double>(memory_bytes_));
}

JournalBacklog::Taken JournalBacklog::take(Time now) {
  Entry entry = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= entry.weight;
  Taken taken{.position = entry.position, .chunk = std::nullopt};
  if (entry.chunk) {
    memory_bytes_ -= entry.chunk->bytes.size();
    taken.chunk = std::move(*entry.chunk);
  }
  meters_.backlog_bytes.set(static_cast<double>(bytes_));
  meters_.ready_bytes.set(static_cast<double>(memory_bytes_));
  meters_.lag_seconds.set(std::chrono::duration<double>(now - entry.committed).count());
  return taken;
}

}  // namespace inkling::ingest
