#include "detect/stillness.h"

#include <algorithm>
#include <cmath>

#include "detect/half_float.h"

namespace inkling::detect {
namespace {

constexpr std::uint16_t kMost = 65'000;
constexpr std::uint8_t kWarmUp = 190;  // points
constexpr std::uint8_t kBlock = 64;
// A flat line is at least so many points and so long, and so many times the longest run before.
constexpr std::uint16_t kLeastRun = 12;
constexpr Duration kLeastFlat = std::chrono::minutes(30);
constexpr std::uint32_t kLongerRun = 3;
// Of the points must have moved before, lately.
constexpr int kMovingShare = 45'000;  // of 65535
constexpr int kMovingRate = 128;      // one 128th per point
// Steps: recent means over 32 points. Memory of the smallest: doubles in about 2 000 points.
constexpr float kStepRate = 1.0F / 32;
constexpr float kBlockGrowth = 1.0224F;
constexpr float kQuieter = 1.0F / 8;

}  // namespace

VerdictKind Stillness::note_flat(bool moved, Duration period) {
  if (!moved) {
    if (run_ < kMost) ++run_;
    const bool is_long =
        run_ >= kLeastRun && run_ >= kLongerRun * longest_ && run_ * period >= kLeastFlat;
    // Said with the one point that makes it long.
    const bool was_long = run_ - 1 >= kLeastRun && run_ - 1u >= kLongerRun * longest_ &&
                          (run_ - 1) * period >= kLeastFlat;
    return is_long && !was_long && moving_ >= kMovingShare && seen_ >= kWarmUp
               ? VerdictKind::kFlatLine
               : VerdictKind::kNone;
  }
  longest_ = std::max(longest_, run_);
  run_ = 0;
  return VerdictKind::kNone;
}

VerdictKind Stillness::note_steps(float step) {
  steps_ += std::max(kStepRate, 1.0F / static_cast<float>(seen_)) * (step - steps_);
  if (seen_ < kWarmUp) {
    least_ = waiting_ = shorten(steps_);
    return VerdictKind::kNone;
  }
  const float least = lengthen(least_);
  const bool is_quiet = steps_ < kQuieter * least;
  if (steps_ > 2 * kQuieter * least) said_quiet_ = false;
  // What enters the memory is at least a block old, or a drop would lower its own measure.
  if (seen_ == kWarmUp + kBlock) {
    seen_ = kWarmUp;
    least_ = shorten(std::min(least * kBlockGrowth, lengthen(waiting_)));
    waiting_ = is_quiet ? least_ : shorten(steps_);
  }
  if (!is_quiet || said_quiet_) return VerdictKind::kNone;
  said_quiet_ = true;
  return VerdictKind::kVarianceDrop;
}

VerdictKind Stillness::note(double value, Duration period) {
  const bool moved = seen_ == 0 || value != last_;
  const auto step = static_cast<float>(std::abs(value - last_));
  last_ = value;
  if (seen_ < kWarmUp + kBlock) ++seen_;
  if (seen_ == 1) return VerdictKind::kNone;
  const VerdictKind flat = note_flat(moved, period);
  // While a value repeats nothing is learned of how the series moves.
  if (run_ >= kLeastRun) return flat;
  const int moving = moving_;
  moving_ = static_cast<std::uint16_t>(moving + ((moved ? 65'535 : 0) - moving) / kMovingRate);
  return note_steps(step);
}

}  // namespace inkling::detect
