#pragma once

#include <condition_variable>
#include <mutex>

// Thread-safety annotations, checked by clang (preset lint); nothing to other compilers.
#if defined(__clang__)
#define INKLING_ANNOTATE(x) __attribute__((x))
#else
#define INKLING_ANNOTATE(x)
#endif
#define INKLING_CAPABILITY(name) INKLING_ANNOTATE(capability(name))
#define INKLING_SCOPED_CAPABILITY INKLING_ANNOTATE(scoped_lockable)
#define INKLING_GUARDED_BY(mutex) INKLING_ANNOTATE(guarded_by(mutex))
#define INKLING_REQUIRES(mutex) INKLING_ANNOTATE(requires_capability(mutex))
#define INKLING_EXCLUDES(mutex) INKLING_ANNOTATE(locks_excluded(mutex))

namespace inkling {

// std::mutex that clang can reason about.
class INKLING_CAPABILITY("mutex") Mutex {
 public:
  void lock() INKLING_ANNOTATE(acquire_capability()) { mutex_.lock(); }
  void unlock() INKLING_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class INKLING_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) INKLING_ANNOTATE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() INKLING_ANNOTATE(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for Mutex. The caller holds the mutex and loops over its own condition.
class Condition {
 public:
  void wait(Mutex& mutex) INKLING_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False if the time ran out first.
  template <class Period>
  bool wait_for(Mutex& mutex, Period period) INKLING_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_for(lock, period) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace inkling
