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
    kShifted,  // most of it stayed at one side for hours
    kAdapted,  // the band holds the new level: the watch is over
  };

  // `expected`: before; `reach`: how far from it values usually were; `value`: what was said.
  ShiftWatch(double expected, double reach, double value)
      : before_(expected), reach_(reach), is_up_(value > expected) {}

  // Takes the next value, what is expected of it (by then), and whether it is inside its band.
  Finding note(double value, double expected, bool is_inside, Duration period);

  double before() const { return before_; }  // the expected level before
  double reach() const { return reach_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.before_, s.reach_, s.points_, s.hits_, s.is_up_, s.shifted_);
  }

 private:
  double before_;
  double reach_;
  std::uint32_t points_ = 0;
  // Of them at least half of reach_ away, on the side of the first; once shifted, inside the band.
  std::uint32_t hits_ = 0;
  bool is_up_;
  bool shifted_ = false;
};

}  // namespace inkling::detect
