#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "core/clock.h"
#include "core/result.h"

namespace inkling::ingest {

// Calls pull() every `interval`, counted from begin to begin, until told to stop or until it fails.
// One that takes longer than the interval is followed by the next at once.
template <class Pull>
Result<void> pull_every(Duration interval, const Clock& clock, const std::stop_token& stop,
                        Pull&& pull) {
  std::mutex mutex;
  std::condition_variable_any wait;
  while (!stop.stop_requested()) {
    const Duration begun = clock.monotonic();
    INKLING_TRY(pull());
    const Duration left = interval - (clock.monotonic() - begun);
    std::unique_lock lock(mutex);
    wait.wait_for(lock, stop, std::max(left, Duration(0)), [] { return false; });
  }
  return {};
}

}  // namespace inkling::ingest
