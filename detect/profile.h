#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/timestamp.h"
#include "detect/half_float.h"

namespace inkling::detect {

// What a series is like at each part of a period that repeats (a day, a week, an hour): a running
// mean for each of kBins equal parts, relative to an origin, in halves. Not thread-safe: one owner.
template <std::size_t kBins>
class Profile {
 public:
  // `origin`: a usual value; `unit`: how far values are usually from it, > 0.
  Profile(double origin, double unit) : origin_(origin), unit_(static_cast<float>(unit)) {}

  static std::size_t bin_at(Timestamp time, std::int64_t period_ns) {
    const std::int64_t inside = ((time.ns % period_ns) + period_ns) % period_ns;
    return static_cast<std::size_t>(inside / (period_ns / static_cast<std::int64_t>(kBins)));
  }

  // How many values the mean of a part is made of; saturates at kMostPoints.
  std::uint32_t points(std::size_t bin) const { return points_[bin]; }
  double mean(std::size_t bin) const {
    return origin_ + static_cast<double>(half_to_float(mean_[bin])) * static_cast<double>(unit_);
  }
  void learn(std::size_t bin, double value) {
    std::uint8_t& points = points_[bin];
    if (points < kMostPoints) ++points;
    const double before = mean(bin);
    const double after = before + (value - before) / points;
    turn_ = turn_ * 1664525u + 1013904223u;
    mean_[bin] = float_to_half(static_cast<float>((after - origin_) / static_cast<double>(unit_)),
                               turn_ >> 19);
  }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.origin_, s.unit_, s.turn_, s.mean_, s.points_);
  }

  static constexpr std::uint8_t kMostPoints = 57;  // beyond, a value weighs 1/57

 private:
  double origin_;
  float unit_;
  std::uint32_t turn_ = 1;  // of the dither
  std::array<std::uint16_t, kBins> mean_{};
  std::array<std::uint8_t, kBins> points_{};
};

}  // namespace inkling::detect
