#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

namespace inkling::app {

Progress::Progress(std::string what, std::uint64_t total, std::function<std::uint64_t()> done)
    : what_(std::move(what)), total_(total), done_(std::move(done)) {
  if (::isatty(STDERR_FILENO) == 1) {
    thread_ = std::jthread([this](std::stop_token stop) { show(std::move(stop)); });
  }
}

Progress::~Progress() = default;

void Progress::show(std::stop_token stop) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  std::mutex mutex;
  std::condition_variable_any wake;
  bool shown = false;
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, std::chrono::milliseconds(shown ? 250 : 1000), [] { return false; });
    if (stop.stop_requested()) break;
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto done = static_cast<double>(done_());
    const double rate = done / seconds;
    std::string line = fmt::format("\r\033[K{}: {:.1f} MiB, {:.0f} MiB/s", what_, done / 1048576.0,
                                   rate / 1048576.0);
    if (total_ > 0 && rate > 0) {
      const auto total = static_cast<double>(total_);
      line += fmt::format(", {:.0f} %, {:.0f} s left", 100 * done / total,
                          total > done ? (total - done) / rate : 0);
    }
    std::fputs(line.c_str(), stderr);
    shown = true;
  }
  if (shown) std::fputs("\r\033[K", stderr);
}

}  // namespace inkling::app
