#pragma once

#include <stop_token>
#include <thread>

#include "core/timestamp.h"

namespace inkling::app {

// Turns SIGTERM and SIGINT into a stop, and sees to it that stopping comes to an end: after a
// second signal, or when `limit` has passed since the stop, the process is left at once with
// kExitRuntime. That loses nothing that was acknowledged: it is in the journal. SIGHUP is answered
// on stderr and changes nothing. Thread of its own, joined by the destructor.
class Shutdown {
 public:
  // Blocks the signals for this thread and all it starts later: made before any other thread.
  // `stop` outlives this.
  Shutdown(std::stop_source& stop, Duration limit);

 private:
  void watch(const std::stop_token& end);

  std::stop_source& stop_;
  const Duration limit_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace inkling::app
