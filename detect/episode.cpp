#include "detect/episode.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

constexpr double kNear = 0.7;        // of the reach: as usual
constexpr double kMostlyBack = 0.4;  // of the deviation there was
// The same on the other side: what is expected has followed the series a part of the way.
constexpr double kBeyondBack = 0.8;
constexpr float kLevelRate = 0.1F;
// Once it is back a series may leave again at once: it was not back yet.
constexpr std::uint32_t kFlicker = 3;
// So long its fast mean is between what was and what is.
constexpr std::uint32_t kSettling = 60;

}  // namespace

bool Episode::is_near(double deviation) const {
  return std::abs(deviation) <= kNear * static_cast<double>(reach_);
}

bool Episode::is_mostly_back(double deviation) const {
  const double part = is_same_side(deviation) ? kMostlyBack : kBeyondBack;
  return std::abs(deviation) < part * std::abs(static_cast<double>(level_));
}

bool Episode::note(double deviation, const BandPace& pace) {
  ++points_;
  const bool near = is_near(deviation);
  const bool mostly_back = (state_ == State::kBack || points_ > 1) && is_mostly_back(deviation);
  const bool is_away = is_same_side(deviation) && !near && !mostly_back;
  if (state_ == State::kBack && is_away && points_ < kFlicker) state_ = State::kOn;
  if (state_ == State::kOn) {
    if (is_away) {
      const float rate = std::max(kLevelRate, 1.0F / static_cast<float>(points_));
      level_ += rate * (static_cast<float>(deviation) - level_);
      if (points_ > pace.longest_episode) state_ = State::kOver;
      return !is_over();
    }
    state_ = State::kBack;
    points_ = 0;
  }
  if (points_ > pace.aftermath) state_ = State::kOver;
  return !is_over() && (near || (mostly_back && points_ < kSettling));
}

Episode::Reading Episode::read(double deviation, double reach) const {
  if (is_over()) return Reading::kNews;
  if (std::abs(deviation) <= reach || is_mostly_back(deviation)) return Reading::kBack;
  return state_ == State::kOn && is_same_side(deviation) ? Reading::kGoesOn : Reading::kNews;
}

}  // namespace inkling::detect
