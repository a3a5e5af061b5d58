#include "core/clock.h"

#include <chrono>

namespace inkling {

Timestamp SystemClock::now() const {
  return Timestamp::from_ns(
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

Duration SystemClock::monotonic() const {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace inkling
