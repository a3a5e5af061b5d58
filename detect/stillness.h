#pragma once

#include <cstdint>

#include "core/timestamp.h"
#include "core/verdict.h"

namespace inkling::detect {

// Notices that a series stopped moving: it stands at one value for far longer than it ever did
// (flat line), or its steps became a fraction of the smallest they were in a long time (variance
// drop). Says each once, until it moves again. O(1) per point, 24 bytes. Not thread-safe: one
// owner. docs/components/band_detector.md.
class Stillness {
 public:
  // Takes the next value (finite); what is found with it, mostly kNone. `period` > 0.
  VerdictKind note(double value, Duration period);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.last_, s.steps_, s.least_, s.waiting_, s.run_, s.longest_, s.moving_, s.seen_,
      s.said_quiet_);
  }

 private:
  VerdictKind note_flat(bool moved, Duration period);
  VerdictKind note_steps(float step);

  double last_ = 0;
  float steps_ = 0;            // recent mean of |value - last|
  std::uint16_t least_ = 0;    // smallest it was, shortened; forgets upwards
  std::uint16_t waiting_ = 0;  // steps_ when the block of points before ended, shortened
  std::uint16_t run_ = 0;      // points at the same value
  std::uint16_t longest_ = 0;  // run before
  std::uint16_t moving_ = 0;   // share of points that moved, of 65535
  std::uint8_t seen_ = 0;      // counts to the end of the warm-up, then through blocks
  bool said_quiet_ = false;
};

}  // namespace inkling::detect
