#pragma once

#include <cstdint>
#include <vector>

#include "core/timestamp.h"

namespace inkling::ingest {

// A frame as far as its place in time and its size go.
struct FrameExtent {
  Timestamp max;  // latest time in it
  std::uint64_t bytes = 0;
};

// The latest part of `range` whose frames hold at most `bytes`; the range itself if all of them do.
// `frames`: those that touch it, in any order. At least one frame is always left in.
TimeRange latest_part(std::vector<FrameExtent> frames, TimeRange range, std::uint64_t bytes);

}  // namespace inkling::ingest
