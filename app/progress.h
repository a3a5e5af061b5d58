#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

namespace inkling::app {

// Shows on stderr how far a long command is, with rate and time left; only if stderr is a terminal
// and the command takes more than a second. Thread of its own, joined by the destructor.
class Progress {
 public:
  // `done` is called from the progress thread and must be thread-safe. `total` 0 = not known.
  Progress(std::string what, std::uint64_t total, std::function<std::uint64_t()> done);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void show(std::stop_token stop);

  const std::string what_;
  const std::uint64_t total_;
  const std::function<std::uint64_t()> done_;
  std::jthread thread_;
};

}  // namespace inkling::app
