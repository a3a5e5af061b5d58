#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "core/frame.h"
#include "core/mutex.h"

namespace inkling::app {

// Gives each source of frames a number by its name. Bounded: when the table is full, further names
// share the last number, and so one watermark. Thread-safe.
class OriginNumbers {
 public:
  explicit OriginNumbers(std::size_t most) : most_(most) {}

  OriginId of(const std::string& name) {
    MutexLock lock(mutex_);
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    if (numbers_.size() >= most_) return static_cast<OriginId>(most_);
    return numbers_.emplace(name, static_cast<OriginId>(numbers_.size())).first->second;
  }

 private:
  const std::size_t most_;
  Mutex mutex_;
  std::unordered_map<std::string, OriginId> numbers_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling::app
