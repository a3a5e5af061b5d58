#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/batch.h"

namespace inkling::ingest {

// Two bytes of a message may become a record of a hundred, so what one frame can become is bounded
// by itself. Real senders stay a hundred times below.
inline constexpr std::size_t kMaxFrameRecords = 1u << 20;  // 150 MB of log records
inline constexpr std::size_t kMaxFrameLabels = 4u << 20;   // 128 MB
inline constexpr std::size_t kMaxFrameSpans = 1u << 17;
inline constexpr std::size_t kMaxPointLabels = 256;

// Says when a frame has become enough: the rest of it is one broken line, "overlong". One per
// decoder; begin() with each frame.
class FrameLimits {
 public:
  explicit FrameLimits(std::size_t max_records = kMaxFrameRecords) : max_records_(max_records) {}

  void begin() { is_full_ = false; }
  // True if no further record may be read; `rest` is shown as the broken line, once.
  bool is_full(std::string_view rest, Batch& batch) {
    if (is_full_) return true;
    if (batch.lines < max_records_ && batch.points.size() < kMaxFrameRecords &&
        batch.labels.size() < kMaxFrameLabels) {
      return false;
    }
    is_full_ = true;
    batch.broken.push_back({batch.lines++, ParseError::kOverlong, rest});
    return true;
  }

 private:
  const std::size_t max_records_;
  bool is_full_ = false;
};

}  // namespace inkling::ingest
