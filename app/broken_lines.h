#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "core/batch.h"
#include "ingest/dead_letter.h"

namespace inkling::app {

// Keeps the broken lines of merged batches as dead letters. Not thread-safe: the serial step.
class BrokenLines {
 public:
  // Path and line number of a position in file replay; an empty path in a journal.
  using Locate = std::function<std::pair<std::string_view, std::uint64_t>(Position)>;

  BrokenLines(std::unique_ptr<ingest::DeadLetterFile> file, Locate locate)
      : file_(std::move(file)), locate_(std::move(locate)) {}

  // Every batch, in order.
  void take(const Batch& batch);
  // Writes what was kept so far. A failure is counted by the file; nothing more is written then.
  void flush() { static_cast<void>(file_->flush()); }

 private:
  std::unique_ptr<ingest::DeadLetterFile> file_;
  Locate locate_;
  std::uint32_t frame_lines_ = 0;  // of the frame under way, before the next batch
};

}  // namespace inkling::app
