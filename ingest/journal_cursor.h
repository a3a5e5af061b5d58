#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/frame.h"
#include "ingest/journal_segment.h"

namespace inkling::ingest {

// Bytes of a segment that belong to no sound frame.
struct BadBytes {
  std::uint32_t segment = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// Reads the frames of a journal directory in their order, a segment at a time, skipping what cannot
// be read. The directory may grow meanwhile: the caller says up to where it is written. Its memory
// does not depend on how much there is. Not thread-safe: one owner.
class JournalCursor {
 public:
  struct Damage {
    std::uint64_t places = 0;
    std::uint64_t bytes = 0;
    std::uint64_t missing_segments = 0;
    friend bool operator==(const Damage&, const Damage&) = default;
  };
  // Told of each place that could not be read.
  using OnBad = std::function<void(const SegmentFile&, const BadBytes&)>;

  explicit JournalCursor(std::string directory, OnBad on_bad = {})
      : directory_(std::move(directory)), on_bad_(std::move(on_bad)) {}

  // Goes on at this position: only frames at or behind it are handed out.
  void seek(Position from);

  // The next frame before `end`. False: there is none (before that end).
  Result<bool> next(Position end, FrameChunk& chunk);
  // The same without its body, which is not looked at. The texts are valid until the next call.
  struct Header {
    Position position;
    StoredFrame frame;
  };
  Result<std::optional<Header>> next_header(Position end);

  const Damage& damage() const { return damage_; }
  // Behind the last frame handed out, or what was told to seek().
  Position position() const { return from_; }

 private:
  Result<bool> open_segment(Position end);
  Result<void> finish_segment();
  void note_bad(std::uint64_t begin, std::uint64_t end);

  const std::string directory_;
  const OnBad on_bad_;
  Position from_;
  std::uint32_t expected_ = 0;  // number of the next segment, 0 = any
  struct Current {
    std::uint32_t number = 0;
    SegmentFile file;
    std::optional<SegmentScanner> scanner;
  };
  std::unique_ptr<Current> current_;
  Position seen_end_;  // the end when the file was looked at
  Damage damage_;
};

}  // namespace inkling::ingest
