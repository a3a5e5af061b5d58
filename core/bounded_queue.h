#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "core/mutex.h"

namespace inkling {

// A queue bounded by weight (bytes, say), for handing work between threads. When it is full push
// waits and try_push refuses: nothing is dropped here. Thread-safe.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // Adds unless it is full or closed. An item heavier than the capacity fits an empty queue.
  bool try_push(T& item, std::size_t weight) {
    MutexLock lock(mutex_);
    if (closed_ || !fits(weight)) return false;
    put(std::move(item), weight);
    return true;
  }

  // Waits for room. False if the queue was closed.
  bool push(T item, std::size_t weight) {
    MutexLock lock(mutex_);
    while (!closed_ && !fits(weight)) room_.wait(mutex_);
    if (closed_) return false;
    put(std::move(item), weight);
    return true;
  }

  // Waits for an item; nothing once the queue is closed and empty.
  std::optional<T> pop() {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_) filled_.wait(mutex_);
    return take();
  }

  // Waits at most that long.
  template <class Period>
  std::optional<T> pop_for(Period period) {
    MutexLock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + period;
    while (items_.empty() && !closed_) {
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left <= left.zero() || !filled_.wait_for(mutex_, left)) break;
    }
    return take();
  }

  // No more pushes; what is inside can still be popped.
  void close() {
    MutexLock lock(mutex_);
    closed_ = true;
    room_.notify_all();
    filled_.notify_all();
  }

  std::size_t weight() const {
    MutexLock lock(mutex_);
    return weight_;
  }
  std::size_t capacity() const { return capacity_; }

 private:
  bool fits(std::size_t weight) const INKLING_REQUIRES(mutex_) {
    return items_.empty() || weight_ + weight <= capacity_;
  }
  void put(T item, std::size_t weight) INKLING_REQUIRES(mutex_) {
    items_.emplace_back(std::move(item), weight);
    weight_ += weight;
    filled_.notify_one();
  }
  std::optional<T> take() INKLING_REQUIRES(mutex_) {
    if (items_.empty()) return std::nullopt;
    auto [item, weight] = std::move(items_.front());
    items_.pop_front();
    weight_ -= weight;
    room_.notify_all();
    return std::move(item);
  }

  const std::size_t capacity_;
  mutable Mutex mutex_;
  Condition room_;
  Condition filled_;
  std::deque<std::pair<T, std::size_t>> items_ INKLING_GUARDED_BY(mutex_);
  std::size_t weight_ INKLING_GUARDED_BY(mutex_) = 0;
  bool closed_ INKLING_GUARDED_BY(mutex_) = false;
};

}  // namespace inkling
