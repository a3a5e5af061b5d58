#include "app/broken_lines.h"

namespace inkling::app {

void BrokenLines::take(const Batch& batch) {
  const FrameChunk& chunk = batch.chunk;
  if (chunk.begins_frame) frame_lines_ = 0;
  for (const BrokenLine& line : batch.broken) {
    ingest::DeadLetter letter;
    letter.arrival = chunk.header.arrival;
    if (chunk.origin_name) letter.origin = *chunk.origin_name;
    letter.position = chunk.header.position;
    letter.position.record = frame_lines_ + line.record;
    const auto [path, number] = locate_(letter.position);
    letter.path = path;
    letter.line = number;
    letter.reason = line.reason;
    letter.raw = line.raw;
    file_->append(letter);
  }
  frame_lines_ += batch.lines;
}

}  // namespace inkling::app
