#pragma once

#include <memory>
#include <utility>

#include "core/mutex.h"

namespace inkling {

// Publishes an immutable value to many readers: a reader keeps the one it got until it asks again.
// A mutex rather than std::atomic<std::shared_ptr>, which libstdc++ 12's implementation lets the
// thread sanitizer report as a race. Thread-safe; reading costs one uncontended lock, so read once
// per batch.
template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const T> value) : value_(std::move(value)) {}

  std::shared_ptr<const T> get() const {
    MutexLock lock(mutex_);
    return value_;
  }
  void publish(std::shared_ptr<const T> value) {
    MutexLock lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> value_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling
