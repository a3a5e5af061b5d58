#include "detect/shift_watch.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

// A shift has lasted so long, and so many points.
constexpr Duration kLasting = std::chrono::hours(6);
constexpr std::uint32_t kLeastPoints = 12;
constexpr std::uint32_t kMostPoints = 360;
// Of the points must be beyond; fewer after that many: it came back.
constexpr double kMostly = 0.85;
constexpr std::uint32_t kJudgedFrom = 6;
constexpr double kHalf = 0.5;

std::uint32_t lasting_points(Duration period) {
  const std::int64_t points = kLasting / std::max(period, Duration(1));
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(points, kLeastPoints, kMostPoints));
}

}  // namespace

ShiftWatch::Finding ShiftWatch::note(double value, double expected, Duration period) {
  const double distance = value - expected;
  ++points_;
  sum_ += distance;
  const bool is_beyond = is_up_ ? distance > kHalf * reach_ : distance < -kHalf * reach_;
  if (is_beyond) ++beyond_;
  const std::uint32_t enough = lasting_points(period);
  if (shifted_) {
    if (points_ < enough / 2) return Finding::kNone;
    const bool keeps = std::abs(sum_) <= reach_ * points_;
    return keeps ? Finding::kAdapted : Finding::kBack;
  }
  if (points_ >= kJudgedFrom && beyond_ < kMostly * points_) return Finding::kBack;
  if (points_ < enough) return Finding::kNone;
  shifted_ = true;
  moved_by_ = sum_ / points_;
  sum_ = 0;
  points_ = 0;
  return Finding::kShifted;
}

}  // namespace inkling::detect
