#pragma once

#include "core/clock.h"

namespace inkling {

// A clock that stands still until it is told to move. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp now) : now_(now) {}
  Timestamp now() const override { return now_; }
  Duration monotonic() const override { return Duration(now_.ns); }
  void advance(Duration by) { now_ = now_ + by; }

 private:
  Timestamp now_;
};

}  // namespace inkling
