#include "ingest/latest_part.h"

#include <algorithm>

namespace inkling::ingest {

TimeRange latest_part(std::vector<FrameExtent> frames, TimeRange range, std::uint64_t bytes) {
  std::stable_sort(frames.begin(), frames.end(),
                   [](const FrameExtent& a, const FrameExtent& b) { return b.max < a.max; });
  std::uint64_t held = 0;
  for (const FrameExtent& frame : frames) {
    held += frame.bytes;
    if (held <= bytes || &frame == &frames.front()) continue;
    // This frame and all that end earlier stay out: read_range passes by what ends before its
    // begin.
    range.begin = std::max(range.begin, frame.max + Duration(1));
    break;
  }
  return range;
}

}  // namespace inkling::ingest
