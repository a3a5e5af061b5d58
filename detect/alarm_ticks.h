#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "detect/options.h"
#include "detect/series_point.h"
#include "detect/series_table.h"
#include "detect/watermark.h"

namespace inkling::detect {

// Tells declared limits with a period that time has passed, so that their windows are judged when
// they are over, also if the series stopped. One tick per series and window end, until the rule's
// look-back holds nothing but missing data; none beyond the end of the series' origin. Costs
// nothing for series without such a rule but a look-up; O(log n) per tick. Not thread-safe: one
// owner.
class AlarmTicks {
 public:
  // The options outlive this.
  explicit AlarmTicks(const DetectOptions& options);

  // The series had a point.
  void note(const SeriesPoint& point, OriginId origin);
  // Appends a tick for each window end passed by the watermark.
  void collect(Timestamp watermark, const Watermark& origins, std::vector<SeriesPoint>& points);

  void save(StateWriter& writer) const;
  // `series`: of which it knows all that are watched. What no rule speaks of any more is left out.
  void load(StateReader& reader, const SeriesTable& series);

 private:
  struct Entry {
    SeriesRef series;
    OriginId origin = 0;
    Duration period{};   // the shortest of the series' rules
    Duration looks{};    // after so long without a point nothing changes any more
    Timestamp last;      // latest point
    Timestamp complete;  // what a series of this sampling period has said by then
    Timestamp due;       // next window end; none() = sleeps until its next point
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.origin, s.last, s.complete, s.due);
    }
  };
  // What the rules say of a series; a null series if nothing.
  Entry entry_of(const SeriesRef& series) const;
  void add_tick(const Entry& entry, std::vector<SeriesPoint>& points) const;

  const DetectOptions& options_;
  bool any_ = false;  // some rule has a period
  // Series without such a rule have an entry with a null series.
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::set<std::pair<Timestamp, std::uint64_t>> due_;
};

}  // namespace inkling::detect
