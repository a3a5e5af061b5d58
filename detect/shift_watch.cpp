#include "detect/shift_watch.h"

#include <algorithm>

namespace inkling::detect {
namespace {

// A shift has lasted so long, and so many points.
constexpr Duration kLasting = std::chrono::hours(12);
constexpr std::uint32_t kLeastPoints = 12;
constexpr std::uint32_t kMostPoints = 300;
// Of the points must be beyond; fewer after that many: it came back.
constexpr double kMostly = 0.85;
constexpr std::uint32_t kJudgedFrom = 6;
constexpr double kHalf = 0.5;
// Nothing more is waited for after so many times as long.
constexpr std::uint32_t kPatience = 8;

std::uint32_t lasting_points(Duration period) {
  const std::int64_t points = kLasting / std::max(period, Duration(1));
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(points, kLeastPoints, kMostPoints));
}

}  // namespace

ShiftWatch::Finding ShiftWatch::note(double value, double expected, bool is_inside,
                                     Duration period) {
  const std::uint32_t enough = lasting_points(period);
  ++points_;
  if (shifted_) {
    if (is_inside) ++hits_;
    if (points_ < enough / 2) return Finding::kNone;
    if (hits_ >= kMostly * points_) return Finding::kAdapted;
    return points_ < kPatience * enough ? Finding::kNone : Finding::kBack;
  }
  const double distance = is_up_ ? value - expected : expected - value;
  if (distance > kHalf * reach_) ++hits_;
  if (points_ >= kJudgedFrom && hits_ < kMostly * points_) return Finding::kBack;
  if (points_ < enough) return Finding::kNone;
  shifted_ = true;
  points_ = hits_ = 0;
  return Finding::kShifted;
}

}  // namespace inkling::detect
