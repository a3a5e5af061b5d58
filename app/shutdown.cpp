#include "app/shutdown.h"

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <utility>

#include "app/exit_code.h"
#include "core/log.h"

namespace inkling::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

sigset_t own_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

[[noreturn]] void leave(std::string_view why) {
  log_error(why);
  std::_Exit(kExitRuntime);
}

}  // namespace

Shutdown::Shutdown(std::stop_source& stop, Duration limit) : stop_(stop), limit_(limit) {
  const sigset_t signals = own_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  thread_ = std::jthread([this](const std::stop_token& end) { watch(end); });
}

void Shutdown::set_reload(std::function<void()> reload) {
  MutexLock lock(mutex_);
  reload_ = std::move(reload);
}

void Shutdown::watch(const std::stop_token& end) {
  const sigset_t signals = own_signals();
  const timespec interval{0, 100'000'000};
  std::optional<SteadyClock::time_point> deadline;
  bool told = false;
  while (!end.stop_requested()) {
    const int signal = sigtimedwait(&signals, nullptr, &interval);
    if (signal == SIGHUP) {
      MutexLock lock(mutex_);
      if (reload_) reload_();
    } else if (signal > 0) {
      if (told)
        leave("told again to stop: leaving at once; what was acknowledged is in the journal");
      told = true;
      log_info("told to stop: draining");
      stop_.request_stop();
    }
    if (!deadline && stop_.stop_requested()) deadline = SteadyClock::now() + limit_;
    if (deadline && SteadyClock::now() >= *deadline) {
      leave("draining took too long: leaving; what was acknowledged is in the journal");
    }
  }
}

}  // namespace inkling::app
