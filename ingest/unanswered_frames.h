#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "ingest/journal_format.h"

namespace inkling::ingest {

// Frames of a run that was killed whose senders may not have heard that they are kept: those of its
// last seconds. Where a protocol has no key, a sender that comes again is known by its bytes: same
// client, format, length and checksum of the body. Each stands for one such frame, so that honest
// repeats stay. Not thread-safe: one owner.
class UnansweredFrames {
 public:
  // Answers go out with the commit: what arrived longer than this before the last frame was told.
  static constexpr Duration kWindow = std::chrono::seconds(10);
  // Senders that did not hear of it have come again by then (guess: they back off for a minute or
  // two at most).
  static constexpr Duration kPatience = std::chrono::minutes(5);

  // A frame found in the journal, in their order. Formats with keys, and frames that we made
  // ourselves, are passed by.
  void restore(const StoredFrame& frame, Position position);
  // The run before ended by itself: everyone was told.
  void clear() { frames_.clear(); }

  // The position of the frame that this one repeats; it is forgotten then.
  struct Arrived {
    Format format = Format::kNdjson;
    std::string_view origin_name;
    std::uint64_t length = 0;
    std::uint32_t crc = 0;
    Timestamp arrival;
  };
  std::optional<Position> take(const Arrived& arrived);

  std::size_t size() const { return frames_.size(); }

 private:
  struct Frame {
    std::string origin_name;
    Position position;
    std::uint64_t length = 0;
    Timestamp arrival;
    std::uint32_t crc = 0;
    Format format = Format::kNdjson;
  };
  // Bounds the memory: at most some tens of MiB.
  static constexpr std::size_t kMostFrames = 100'000;

  std::deque<Frame> frames_;  // of the last kWindow
};

}  // namespace inkling::ingest
