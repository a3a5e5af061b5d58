#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "core/event.h"
#include "core/frame.h"
#include "core/series.h"
#include "core/timestamp.h"
#include "detect/screen.h"
#include "detect/series_point.h"

namespace inkling::detect {

// The id of the series a point belongs to; equals make_series_id() of its parts. Pure, thread-safe.
SeriesId series_id_of(const MetricPoint& point, const std::vector<LabelView>& labels);

// What is known of the series of a point when it is first met; names redacted. Without its id.
SeriesInfo metric_series_info(const MetricPoint& point, const std::vector<LabelView>& labels,
                              Screen& screen);

// The running median of the steps of a series: its sampling period.
// Steps of zero or backwards are not counted. Bounded: the last 15 steps.
class PeriodEstimate {
 public:
  void note(Timestamp time);
  // Zero while fewer than five steps are known.
  Duration period() const;
  // Steps count as ten years at most.
  // The longest step seen lately (halved every 64 steps): how long silence is usual.
  Duration longest_step() const { return Duration(longest_ns_); }
  Timestamp last() const { return last_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.last_, s.steps_ns_, s.count_, s.longest_ns_);
    for (const std::int64_t step : s.steps_ns_) a.require(is_step(step), "a step out of range");
    a.require(is_step(s.longest_ns_), "a step out of range");
  }

 private:
  static bool is_step(std::int64_t ns) { return ns >= 0 && ns <= 315'360'000'000'000'000; }

  Timestamp last_ = Timestamp::none();
  std::array<std::int64_t, 15> steps_ns_{};
  std::uint32_t count_ = 0;
  std::int64_t longest_ns_ = 0;
};

// One metric on its way from points to what is judged: single points if it is no denser than a
// slot, else windows of one slot. A counter becomes a rate here (reset-aware); a delta is divided
// by the period. Not thread-safe: one owner, the in-order merge.
class MetricSeries {
 public:
  MetricSeries(SeriesRef series, MetricKind kind) : series_(std::move(series)), kind_(kind) {}

  // False if it came too late: its window was closed.
  bool add(Timestamp time, double value, Position position, OriginId origin);

  // Moves out, in arrival order, what is complete at the watermark: points at or before it, slots
  // that end at or before it.
  void release(Timestamp watermark, std::vector<SeriesPoint>& out);

  bool has_pending() const { return !pending_.empty() || !slots_.empty(); }
  const SeriesRef& series() const { return series_; }
  const PeriodEstimate& period() const { return period_; }
  OriginId origin() const { return origin_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.origin_, s.period_, s.pending_, s.slots_, s.closed_until_, s.order_, s.counter_time_,
      s.counter_value_);
    a.choice(s.kind_, MetricKind::kDelta);
    for (const auto& [slot, sum] : s.slots_) a.require_slot(slot);
  }

 private:
  struct PendingPoint {
    Timestamp time;
    double value;
    Position position;
    bool reset;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.time, s.value, s.position, s.reset);
    }
  };
  // Sum in fixed point would be exact in any order; the order of points is the journal's, so a
  // double is deterministic as well.
  struct SlotSum {
    double sum = 0;
    std::uint32_t count = 0;
    Position first;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.sum, s.count, s.first);
    }
  };
  bool is_dense() const;
  // In arrival order, whenever what comes of it is released.
  struct Rate {
    double value = 0;
    bool reset = false;  // the counter began anew
  };
  Rate to_rate(Timestamp time, double value);
  void release_points(Timestamp watermark, std::vector<SeriesPoint>& out);
  void release_slots(Timestamp watermark, std::vector<SeriesPoint>& out);

  SeriesRef series_;
  MetricKind kind_;
  OriginId origin_ = 0;
  PeriodEstimate period_;
  std::deque<PendingPoint> pending_;
  std::map<std::int64_t, SlotSum> slots_;
  std::int64_t closed_until_ = INT64_MIN;  // first slot still open
  Timestamp order_ = Timestamp::none();    // latest time released: backward points follow it
  Timestamp counter_time_ = Timestamp::none();
  double counter_value_ = 0;
};

}  // namespace inkling::detect
