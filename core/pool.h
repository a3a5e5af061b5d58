#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/mutex.h"

namespace inkling {

// Lends objects that are dear to build and takes them back when the lease ends. Keeps at most as
// many as were lent at the same time. The pool outlives its leases. Thread-safe; a lease has one
// owner.
template <class T>
class Pool {
 public:
  using Deleter = std::function<void(T*)>;
  using Lease = std::unique_ptr<T, Deleter>;

  explicit Pool(std::function<std::unique_ptr<T>()> make) : make_(std::move(make)) {}

  Lease borrow() {
    std::unique_ptr<T> object;
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        object = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!object) object = make_();
    return adopt(object.release());
  }

  // Takes an object out of its lease, for passing it through an interface of plain pointers;
  // adopt() makes it a lease again.
  static T* detach(Lease lease) { return lease.release(); }
  Lease adopt(T* object) {
    return Lease(object, [this](T* returned) { give_back(returned); });
  }

  std::size_t idle() const {
    MutexLock lock(mutex_);
    return idle_.size();
  }

 private:
  void give_back(T* returned) {
    MutexLock lock(mutex_);
    idle_.emplace_back(returned);
  }

  const std::function<std::unique_ptr<T>()> make_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling
