#include "detect/count_band.h"

#include <algorithm>
#include <cmath>

#include "detect/tail_probability.h"

namespace inkling::detect {
namespace {

// Running mean and variance forget with this weight: about 50 windows.
constexpr double kAlpha = 0.02;
// Template counts in microservices have a variance of 2.2 times the mean at 10 to 60 s (median).
constexpr double kLeastDispersion = 2.2;
constexpr double kBandSigmas = 5;

// Ratios: a service of which nothing is known fails once in 100, known as well as from 50 requests.
constexpr double kPriorFailures = 0.5;
constexpr double kPriorTotal = 50;
constexpr double kDecay = 0.98;
constexpr double kLeastFailures = 3;
// A deviation nobody would act on: less than half a percent point or less than half as much again.
constexpr double kLeastRise = 0.005;
constexpr double kLeastFactor = 1.5;

double surprise(double probability) { return -std::log10(std::max(probability, 1e-290)); }

}  // namespace

PointJudgement CountBand::judge(double count, double scale) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kCount;
  const double by_scale = scale > 0 ? share_ * scale : 0;
  const double expected = std::max({mean_, by_scale, 0.1});
  const double growth = mean_ > 0 ? std::max(1.0, expected / mean_) : 1;
  const double dispersion =
      std::max(mean_ > 0 ? variance_ / mean_ * growth : 0.0, kLeastDispersion);
  const double sigma = std::sqrt(expected * dispersion);
  judgement.low = std::max(0.0, std::max(mean_, 0.0) - kBandSigmas * sigma);
  judgement.high = expected + kBandSigmas * sigma;

  ++seen_;
  if (seen_ <= options_.warm_up) {
    judgement.gate = Gate::kWarmUp;
  } else if (std::max(count, expected) < options_.min_count) {
    judgement.gate = Gate::kTooFew;
  } else {
    const double probability =
        count >= expected ? negative_binomial_upper(count, expected, dispersion)
                          : negative_binomial_lower(count, std::min(expected, mean_), dispersion);
    judgement.raw = count >= expected || count < mean_ ? surprise(probability) : 0;
    judgement.score = normalize_score(judgement.raw, surprise(options_.tail_probability));
    if (judgement.score >= 0.5) judgement.gate = Gate::kPassed;
  }

  const double alpha = std::max(kAlpha, 1.0 / seen_);
  const double learnt =
      judgement.gate == Gate::kPassed ? std::clamp(count, judgement.low, judgement.high) : count;
  const double step = learnt - mean_;
  mean_ += alpha * step;
  variance_ = (1 - alpha) * (variance_ + alpha * step * step);
  if (scale > 0) share_ += alpha * (learnt / scale - share_);
  return judgement;
}

PointJudgement RatioBand::judge(double failures, double of) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kCount;
  const double ratio = (failures_ + kPriorFailures) / (total_ + kPriorTotal);
  const double expected = std::max(of * ratio, 1e-6);
  // Own scatter, and what is not known of the ratio itself.
  const double variance = expected * dispersion_ + of * of * ratio / (total_ + kPriorTotal);
  const double dispersion = std::max(variance / expected, 1.0);
  judgement.low = 0;
  judgement.high = of > 0
                       ? std::min(1.0, std::max((expected + kBandSigmas * std::sqrt(variance)) / of,
                                                std::max(ratio + kLeastRise, ratio * kLeastFactor)))
                       : kAbsent;
  ++seen_;
  const double seen_ratio = of > 0 ? failures / of : 0;
  if (seen_ <= options_.warm_up) {
    judgement.gate = Gate::kWarmUp;
  } else if (of < options_.min_count || failures < kLeastFailures) {
    judgement.gate = Gate::kTooFew;
  } else if (seen_ratio > ratio + kLeastRise && seen_ratio > ratio * kLeastFactor) {
    judgement.raw = surprise(negative_binomial_upper(failures, expected, dispersion));
    judgement.score = normalize_score(judgement.raw, surprise(options_.tail_probability));
    if (judgement.score >= 0.5) judgement.gate = Gate::kPassed;
  }

  // A window that was said to be wrong teaches at most the edge of the band.
  const double learnt = judgement.gate == Gate::kPassed ? judgement.high * of : failures;
  const double squared = (learnt - expected) * (learnt - expected) / expected;
  if (of > 0 && seen_ > 5) {
    dispersion_ = std::clamp(dispersion_ + kAlpha * (squared - dispersion_), 1.0, 1e6);
  }
  failures_ = failures_ * kDecay + learnt;
  total_ = total_ * kDecay + of;
  return judgement;
}

}  // namespace inkling::detect
