#pragma once

#include <cstddef>
#include <functional>

namespace inkling {

// Runs independent pieces of work on the threads of the program. Hides TBB.
class Executor {
 public:
  virtual ~Executor() = default;
  // Calls work(0) .. work(count - 1), in any order and on any thread, and returns when all are
  // done. No call may throw.
  virtual void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) = 0;
};

// On the caller's thread, in order. Immutable.
class InlineExecutor final : public Executor {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) override {
    for (std::size_t i = 0; i < count; ++i) work(i);
  }
};

// On the task arena of the caller (oneTBB). Thread-safe.
class TbbExecutor final : public Executor {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) override;
};

}  // namespace inkling
