#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/frame.h"
#include "detect/metric_series.h"
#include "detect/series_point.h"
#include "detect/series_table.h"
#include "detect/watermark.h"

namespace inkling::detect {

// Notices series that stop. Absence begins after three periods, twice the longest step seen lately,
// and a minute, whichever is most; and only once the series' origin has spoken after that. Said
// once per silence. O(log n) per silence, O(1) per point. Not thread-safe: one owner.
class SilenceWatch {
 public:
  // `has_value`: false for a row without one; only values are what may be missed.
  void note(const SeriesRef& series, Timestamp at, OriginId origin, bool has_value = true);
  // The series said that it ends: it is not missed until it has spoken as often as a new one.
  void end(SeriesId series);
  // Appends a point for each series that has fallen silent by the watermark.
  void collect(Timestamp watermark, const Watermark& origins, std::vector<SeriesPoint>& points);

  void save(StateWriter& writer) const;
  // `series`: of which it knows all that are watched.
  void load(StateReader& reader, const SeriesTable& series);

 private:
  struct Entry {
    SeriesRef series;
    PeriodEstimate period;
    OriginId origin = 0;
    Timestamp last_row = Timestamp::none();  // with or without a value
    std::uint32_t points = 0;
    bool watched = false;  // has a deadline
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.period, s.origin, s.last_row, s.points, s.watched);
    }
  };
  static Timestamp deadline(const Entry& entry);

  std::unordered_map<std::uint64_t, Entry> entries_;
  // Deadlines may be stale (too early): they are brought up to date when they come up.
  std::set<std::pair<Timestamp, std::uint64_t>> deadlines_;
};

}  // namespace inkling::detect
