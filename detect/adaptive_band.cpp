#include "detect/adaptive_band.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

// Steps of the running quantiles, as a share of the scale: the median follows a shift of one scale
// in about 100 windows, the quantiles of the deviation in about 300.
constexpr double kMedianStep = 0.02;
constexpr double kQuantileStep = 0.01;
constexpr double kQuantile = 0.95;
// The band reaches this many times the 95 % deviation: four standard deviations of a normal series.
constexpr double kReach = 2;
// A deviation nobody would act on.
constexpr double kLeastRelative = 0.05;
// A single window must be this far beyond to count without company.
constexpr double kSuddenFactor = 6;
// Beyond the furthest deviation of the last hours by this much, with a half-life of 500 windows.
constexpr double kBeyondFurthest = 1.2;
constexpr double kFurthestDecay = 0.998615;  // 2^(-1/500)
// Further beyond the band means no more.
constexpr double kMostUnits = 100;
// Values further out than this (in band widths) teach no more than this.
constexpr double kClip = 1.5;

}  // namespace

double AdaptiveBand::reach(const Side& side) const {
  return std::max({kReach * side.quantile, kBeyondFurthest * side.furthest,
                   kLeastRelative * std::abs(median_), 1e-9});
}

void AdaptiveBand::learn(double value, bool said) {
  const double alpha = 1.0 / (seen_ + 1.0);
  const double scale =
      std::max({above_.quantile, below_.quantile, 1e-3 * std::abs(median_), 1e-12});
  const double low = median_ - kClip * reach(below_);
  const double high = median_ + kClip * reach(above_);
  const double learnt = seen_ < options_.warm_up / 2 ? value : std::clamp(value, low, high);
  const double deviation = learnt - median_;
  // Early on steps are large, so that a start far off is forgotten; what was said moves it slowly.
  const double pace = said ? 0.25 : 1.0;
  const double step = std::max(kMedianStep, alpha) * pace * scale;
  if (seen_ < 10) {
    median_ += alpha * deviation;
  } else {
    median_ += std::clamp(deviation, -step, step);
  }
  Side& side = deviation >= 0 ? above_ : below_;
  const double size = std::abs(deviation);
  if (seen_ < 10) {
    side.quantile = std::max(side.quantile, size);
  } else {
    // A running quantile: up by q, down by 1 - q, so that it rests where P(size > side) = 1 - q.
    const double quantile_step =
        10 * std::max(kQuantileStep, 0.5 * alpha) * pace * std::max(side.quantile, 0.1 * scale);
    side.quantile +=
        size > side.quantile ? quantile_step * kQuantile : -quantile_step * (1 - kQuantile);
    side.quantile = std::max(side.quantile, 0.0);
  }
  ++seen_;
}

PointJudgement AdaptiveBand::judge(double value) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kBand;
  if (seen_ == 0) median_ = value;
  judgement.low = median_ - reach(below_);
  judgement.high = median_ + reach(above_);
  const double deviation = value - median_;
  const double units = deviation / reach(deviation >= 0 ? above_ : below_);
  const double leaving = static_cast<double>(values_.front());
  std::rotate(recent_.begin(), recent_.begin() + 1, recent_.end());
  std::rotate(values_.begin(), values_.begin() + 1, values_.end());
  recent_.back() = static_cast<float>(units);
  values_.back() = static_cast<float>(deviation);
  above_.furthest = std::max(above_.furthest * kFurthestDecay, leaving);
  below_.furthest = std::max(below_.furthest * kFurthestDecay, -leaving);

  if (seen_ < options_.warm_up) {
    judgement.gate = Gate::kWarmUp;
    learn(value, false);
    return judgement;
  }
  // The second least of the last six in this direction: five of six are at least that far out.
  std::array<double, kRecent> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<double>(units >= 0 ? recent_[i] : -recent_[i]);
  std::sort(out.begin(), out.end());
  const double persistent = out[1];
  // One odd window of a series that never moved is no news yet.
  const bool has_moved = (units >= 0 ? above_ : below_).furthest > 0;
  const double sudden = has_moved ? std::abs(units) / kSuddenFactor : 0;
  // As a multiple of the band, on the scale of the options' threshold.
  judgement.raw = options_.threshold * std::clamp(std::max(persistent, sudden), 0.0, kMostUnits);
  judgement.score = normalize_score(judgement.raw, options_.threshold);
  if (judgement.score >= 0.5) judgement.gate = Gate::kPassed;
  learn(value, judgement.score >= 0.5);
  return judgement;
}

}  // namespace inkling::detect
