#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/anomaly.h"

namespace inkling::detect {

// The recent past of many series in one ring of bounded size, for plots of what turns out to be
// anomalous: the entries of a series are linked, latest first; the oldest entries of all are
// overwritten. 32 bytes an entry, grows up to its capacity. Not thread-safe: one owner.
class RecentValues {
 public:
  // Names an entry; 0 = none.
  using Handle = std::uint64_t;

  explicit RecentValues(std::size_t capacity) : capacity_(capacity) {}

  // `before`: of the series' latest entry. Bounds are kept relative to the value, as floats.
  Handle add(Handle before, const BandPoint& point);
  // The entries that are left of the series whose latest is `latest`, at most `most`, oldest first.
  std::vector<BandPoint> last(Handle latest, std::size_t most) const;

  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

  // Of saved state (core/state_fields.h). A ring of another capacity is left out: then it is empty,
  // and handles mean nothing any more.
  template <class A, class S>
  static void fields(A& a, S& s) {
    auto capacity = s.capacity_;
    a(capacity, s.latest_, s.entries_);
    if constexpr (A::kLoads) {
      const bool fits = capacity == s.capacity_ && s.entries_.size() <= capacity &&
                        (s.entries_.size() == capacity || s.entries_.size() == s.latest_);
      if (!fits) s = RecentValues(s.capacity_);
    }
  }
  bool is_empty() const { return latest_ == 0; }

 private:
  struct Entry {
    std::int64_t time_ns;
    double value;
    float low;  // minus value
    float high;
    std::uint32_t back;  // so many entries before this one is the series' entry before; 0 = none
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.time_ns, s.value, s.low, s.high, s.back);
    }
  };
  const Entry* find(Handle handle) const;

  std::size_t capacity_;
  Handle latest_ = 0;
  std::vector<Entry> entries_;  // a ring once it is full
};

}  // namespace inkling::detect
