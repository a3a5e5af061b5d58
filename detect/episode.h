#pragma once

#include <cstdint>

#include "detect/band_pace.h"

namespace inkling::detect {

// What was said of a series, until it is over: while it goes on it is not said again, and that the
// series comes back is no news. Distances are from what is expected. Exists only meanwhile. Not
// thread-safe: one owner. docs/components/band_detector.md.
class Episode {
 public:
  // `deviation`: of the value that was said. `reach`: how far values usually are from what is
  // expected, > 0.
  Episode(double deviation, double reach)
      : level_(static_cast<float>(deviation)), reach_(static_cast<float>(reach)) {}

  // Takes the next value's deviation; whether it is explained by what was said.
  bool note(double deviation, const BandPace& pace);
  enum class Reading : std::uint8_t { kNews, kGoesOn, kBack };
  // What a value between two that are noted is; `reach`: of that kind of value.
  Reading read(double deviation, double reach) const;

  bool goes_on() const { return state_ == State::kOn; }
  double reach() const { return static_cast<double>(reach_); }
  bool is_over() const { return state_ == State::kOver; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.level_, s.reach_, s.points_);
    a.choice(s.state_, State::kOver);
  }

 private:
  enum class State : std::uint8_t { kOn, kBack, kOver };
  bool is_near(double deviation) const;
  bool is_same_side(double deviation) const { return (deviation > 0) == (level_ > 0); }
  bool is_mostly_back(double deviation) const;

  float level_;  // running mean of the deviation while it goes on
  float reach_;
  std::uint32_t points_ = 0;  // since it began, or since the series is back
  State state_ = State::kOn;
};

}  // namespace inkling::detect
