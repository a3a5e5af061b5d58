#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "core/series.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Whether a rule speaks of this series: metric name (exact, or a prefix before "*"), service,
// labels.
bool matches(const ThresholdRule& rule, const SeriesInfo& series);

// What a declared limit says, and of which window.
struct ThresholdJudgement {
  PointJudgement judgement;
  Timestamp begin = Timestamp::none();  // of the latest window judged; none() = the point itself
  Timestamp end = Timestamp::none();
  double value = kAbsent;  // its statistic; NaN = it had no value
  bool closed = false;     // a window was judged just now
};

// A declared limit: alarms while at least `windows` of the last `out_of` windows are beyond it.
// Without a period each value is a window. With one, windows of that length are judged when they
// are over, and those without a value are missing data, treated as CloudWatch's alarms do: the
// latest out_of windows with values among the last out_of + 2 decide, and only if there are fewer
// the rule's treatment of missing data. O(1) per value, about 0.2 KB and a byte per window looked
// back on. Not thread-safe: one owner. docs/components/threshold.md.
class Threshold {
 public:
  explicit Threshold(const ThresholdRule& rule) : rule_(&rule) {}  // the rule outlives this

  // Takes a value, NaN = the row has none; `weight`: how many samples it stands for. A value of a
  // window that was judged already is not heard.
  ThresholdJudgement judge(Timestamp time, double value, double weight = 1);
  // Nothing new up to `now`: judges the windows that are over.
  ThresholdJudgement advance(Timestamp now);

  const ThresholdRule& rule() const { return *rule_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.bad_, s.alarm_, s.started_, s.current_, s.open_, s.judged_);
    if constexpr (A::kLoads) {
      s.states_.resize(a.reader().count(1));
      const std::int64_t furthest =
          INT64_MAX / 2 / std::max<std::int64_t>(1, s.rule_->period.count());
      a.require(s.current_ > -furthest && s.current_ < furthest, "a window out of range");
    } else {
      a.writer().put_varint(s.states_.size());
    }
    for (auto& state : s.states_) a.choice(state, State::kMissing);
  }

 private:
  enum class State : std::uint8_t { kGood, kBad, kMissing };
  struct Window {  // the one that is open
    double sum = 0;
    double weight = 0;
    double low = 0;
    double high = 0;
    double last = 0;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.sum, s.weight, s.low, s.high, s.last);
    }
  };
  bool is_bad(double value) const;
  double statistic() const;
  std::int64_t window_of(Timestamp time) const;
  void open_until(std::int64_t window);
  void close_window();
  void push(State state);
  void evaluate();
  void evaluate_sparse(std::uint32_t bad, std::uint32_t known, std::uint32_t oldest_bad_age);
  ThresholdJudgement tell(bool closed) const;

  const ThresholdRule* rule_;
  std::deque<State> states_;  // latest last
  std::uint32_t bad_ = 0;     // of the windows that decide
  bool alarm_ = false;
  bool started_ = false;
  std::int64_t current_ = 0;  // number of the open window
  Window open_;
  double judged_ = kAbsent;  // statistic of the latest window judged
};

}  // namespace inkling::detect
