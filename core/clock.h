#pragma once

#include "core/timestamp.h"

namespace inkling {

// Where processing time comes from. Handed in by `app`; no stage asks the system itself.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time. Thread-safe.
  virtual Timestamp now() const = 0;
  // Never goes back; for measuring durations only. Thread-safe.
  virtual Duration monotonic() const = 0;
};

// The clocks of the operating system. Immutable.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  Duration monotonic() const override;
};

}  // namespace inkling
