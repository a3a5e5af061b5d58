#include "detect/usual_sizes.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

constexpr float kFar = 3;
constexpr std::uint32_t kClipFrom = 30;  // points; before, there is no usual size to clip to
// The first days count less and less: a mean of n points weighs the latest with 3/n.
constexpr float kFirstWeight = 3;
// Of a normal distribution 0.0027 lie beyond three deviations; of few points some more may.
constexpr float kTameShare = 0.005F;
constexpr float kTameSlack = 8;  // points
constexpr float kCalmShare = 0.02F;
// The smoothed size has a mean of its own: 2.4 times its root mean square is as far out as six
// deviations of the others.
constexpr float kSizeWeight = 2.5F;

}  // namespace

UsualSizes::Rating UsualSizes::rate(const Features& features) const {
  Rating rating;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    if (!(squares_[i] > 0)) continue;
    const float size = features[i] / std::sqrt(squares_[i]);
    if (i == 0) rating.residual = static_cast<double>(size);
    const float weight = i == 2 ? kSizeWeight : 1.0F;
    rating.largest = std::max(rating.largest, static_cast<double>(weight * size));
  }
  return rating;
}

bool UsualSizes::is_tame(std::uint32_t seen) const {
  const bool ever_moved = squares_[0] > 0;
  return ever_moved && wild_ < kTameShare + kTameSlack / static_cast<float>(seen + 1);
}

bool UsualSizes::is_calm() const { return wild_ < kCalmShare; }

double UsualSizes::usual_residual() const {
  return static_cast<double>(kFar * std::sqrt(squares_[0]));
}

void UsualSizes::learn(const Features& features, std::uint32_t seen, const BandPace& pace) {
  const float first = kFirstWeight / static_cast<float>(seen + 1);
  const float rate = std::max(pace.size_rate, std::min(1.0F, first));
  for (std::size_t i = 0; i < kFeatures; ++i) {
    const float most = kFar * std::sqrt(squares_[i]);
    const bool is_clipped = seen > kClipFrom && features[i] > most;
    if (i == 0) wild_ += rate * ((is_clipped ? 1.0F : 0.0F) - wild_);
    const float learnt = is_clipped ? most : features[i];
    squares_[i] += rate * (learnt * learnt - squares_[i]);
  }
}

}  // namespace inkling::detect
