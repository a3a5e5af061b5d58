#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "core/mutex.h"
#include "core/timestamp.h"

namespace inkling::app {

// Turns SIGTERM and SIGINT into a stop, and sees to it that stopping comes to an end: after a
// second signal, or when `limit` has passed since the stop, the process is left at once with
// kExitRuntime. That loses nothing that was acknowledged: it is in the journal. SIGHUP asks for a
// reload. Thread of its own, joined by the destructor.
class Shutdown {
 public:
  // Blocks the signals for this thread and all it starts later: made before any other thread.
  // `stop` outlives this.
  Shutdown(std::stop_source& stop, Duration limit);

  // What SIGHUP does from now on, called on the thread of this; empty: nothing. Returns when an
  // earlier one is not at work any more.
  void set_reload(std::function<void()> reload);

 private:
  void watch(const std::stop_token& end);

  std::stop_source& stop_;
  const Duration limit_;
  Mutex mutex_;
  std::function<void()> reload_ INKLING_GUARDED_BY(mutex_);
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace inkling::app
