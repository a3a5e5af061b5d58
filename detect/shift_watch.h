#pragma once

#include <cstdint>

#include "core/timestamp.h"

namespace inkling::detect {

// Follows a series after something was said of it: does it come back, or has its level moved for
// good? Exists only meanwhile. O(1) per point. Not thread-safe: one owner.
// docs/components/band_detector.md.
class ShiftWatch {
 public:
  enum class Finding : std::uint8_t {
    kNone,
    kBack,     // it came back: no shift, the watch is over
    kShifted,  // most of it stayed at one side for hours: adapt by offset()
    kAdapted,  // it keeps to the new level: the watch is over
  };

  // `expected`: before; `reach`: how far from it values usually were; `value`: what was said.
  ShiftWatch(double expected, double reach, double value)
      : before_(expected), reach_(reach), is_up_(value > expected) {}

  // Takes the next value and what is expected of it (by then).
  Finding note(double value, double expected, Duration period);

  double before() const { return before_; }  // the expected level before
  double reach() const { return reach_; }
  // By how much the level has moved; known once it is shifted.
  double offset() const { return moved_by_; }

 private:
  double before_;
  double reach_;
  double sum_ = 0;  // of the distances from what was expected
  double moved_by_ = 0;
  std::uint32_t points_ = 0;
  std::uint32_t beyond_ = 0;  // of them at least half of reach_ away, on the side of the first
  bool is_up_;
  bool shifted_ = false;
};

}  // namespace inkling::detect
