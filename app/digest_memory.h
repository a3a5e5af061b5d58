#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/worker.h"
#include "core/event.h"
#include "core/position.h"

namespace inkling::app {

// Keeps the digests of the latest frames, with the few records they refer to, so that a look-back
// need not read and decode these frames again. About 6 % of the frames' bytes. What it gives back
// makes the same history as the frames themselves. Frames with metric points are not kept: their
// digests are as large as they are. Beyond `max_bytes` the oldest frame goes.
// Not thread-safe: called from the serial step.
class DigestMemory {
 public:
  // A batch: the arrays of its digest and what they refer to, one after the other.
  struct Piece {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
    std::vector<Call> calls;
  };
  struct Frame {
    std::vector<Piece> pieces;
    std::uint64_t bytes = 0;  // of the frame
    std::size_t kept = 0;     // bytes of the pieces
    bool complete = false;
    bool useless = false;  // it held what is not kept
  };

  explicit DigestMemory(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Takes over what a merged batch tells. Batches of a frame come one after the other.
  void add(const Work& work);

  // The frame that begins at this position, null if it must be read again.
  const Frame* find(Position frame) const;

  // Fills `work` (batch and digest are reset) with what the history needs of a piece; views into
  // it. Returns how many bytes the batch had.
  static std::uint64_t restore(const Piece& piece, Work& work);

  std::size_t bytes() const { return bytes_; }

 private:
  Piece pack(const Work& work);
  void evict();

  const std::size_t max_bytes_;
  std::map<Position, Frame> frames_;
  std::deque<Position> order_;  // oldest first
  std::size_t bytes_ = 0;
  std::string scratch_;
  std::vector<std::uint32_t> logs_;      // scratch: those referred to
  std::vector<std::uint32_t> renumber_;  // scratch: of each log, its place among them
};

}  // namespace inkling::app
