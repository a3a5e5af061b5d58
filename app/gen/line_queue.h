#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "app/gen/log_writer.h"

namespace inkling::gen {

// A written line that waits for its turn.
struct QueuedLine {
  Timestamp time;  // true time of writing, whatever the task's clock says
  std::size_t offset = 0;
  std::size_t length = 0;
  ServiceId service = ServiceId::kFrontend;
  LineMarks marks;
};

// Puts lines, written in order of requests, into the order of time. Not thread-safe: one owner.
class LineQueue {
 public:
  explicit LineQueue(bool labelled_versions) : writer_(labelled_versions) {}

  // `time` is the true one; entry.time is what the task's clock says.
  void write(Timestamp time, const LogEntry& entry) {
    const std::size_t begin = bytes_.size();
    const LineMarks marks = writer_.write(entry, bytes_);
    lines_.push_back({time, begin, bytes_.size() - begin, entry.service, marks});
  }

  // Calls take(line, text) for every line before `until`, in order of time.
  template <class Take>
  void drain(Timestamp until, Take take) {
    std::sort(lines_.begin(), lines_.end(), [](const QueuedLine& a, const QueuedLine& b) {
      return a.time != b.time ? a.time < b.time : a.offset < b.offset;
    });
    std::size_t taken = 0;
    for (; taken < lines_.size() && lines_[taken].time < until; ++taken) {
      const QueuedLine& line = lines_[taken];
      take(line, std::string_view(bytes_.data() + line.offset, line.length));
    }
    keep_from(taken);
  }

 private:
  void keep_from(std::size_t first) {
    kept_.clear();
    lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(first));
    for (QueuedLine& line : lines_) {
      const std::size_t offset = kept_.size();
      kept_.append(bytes_.data() + line.offset, bytes_.data() + line.offset + line.length);
      line.offset = offset;
    }
    std::swap(bytes_, kept_);
  }

  LogWriter writer_;
  fmt::memory_buffer bytes_;
  fmt::memory_buffer kept_;
  std::vector<QueuedLine> lines_;
};

}  // namespace inkling::gen
