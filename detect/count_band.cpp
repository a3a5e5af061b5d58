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
constexpr double kDecay = 0.995;  // half of it is forgotten after 138 windows
constexpr double kDispersionAlpha = 0.01;
constexpr double kMostDispersion = 20;
constexpr double kLeastFailures = 3;
// A deviation nobody would act on: less than half a percent point or less than half as much again.
constexpr double kLeastRise = 0.005;
constexpr double kLeastFactor = 1.5;

double surprise(double probability) { return -std::log10(std::max(probability, 1e-290)); }

}  // namespace

PointJudgement CountBand::judge(double count, double scale, bool mature) {
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
  judgement.expected = expected;

  ++seen_;
  if (mature && seen_ == 1) seen_ = options_.warm_up + 1;
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

RatioBand::Expectation RatioBand::expect(double of) const {
  Expectation expected;
  expected.ratio = (failures_ + kPriorFailures) / (total_ + kPriorTotal);
  expected.mean = std::max(of * expected.ratio, 1e-6);
  expected.variance =
      expected.mean * dispersion_ + of * of * expected.ratio / (total_ + kPriorTotal);
  return expected;
}

double RatioBand::surprise_of(double failures, double of) const {
  if (of < options_.min_count || failures < kLeastFailures) return 0;
  const Expectation expected = expect(of);
  const double ratio = failures / of;
  if (ratio < expected.ratio + kLeastRise || ratio < expected.ratio * kLeastFactor) return 0;
  const double dispersion = std::max(expected.variance / expected.mean, 1.0);
  return surprise(negative_binomial_upper(failures, expected.mean, dispersion));
}

void RatioBand::learn(const Window& window) {
  if (window.of <= 0) return;
  const Expectation expected = expect(window.of);
  // A window that was said to be wrong teaches at most the edge of the band.
  const double edge = expected.mean + kBandSigmas * std::sqrt(expected.variance);
  const double learnt = window.said ? std::min(window.failures, edge) : window.failures;
  const double squared = (learnt - expected.mean) * (learnt - expected.mean) / expected.mean;
  if (total_ > kPriorTotal) {
    dispersion_ += kDispersionAlpha * (std::min(squared, kMostDispersion) - dispersion_);
    dispersion_ = std::clamp(dispersion_, 1.0, kMostDispersion);
  }
  failures_ = failures_ * kDecay + learnt;
  total_ = total_ * kDecay + window.of;
}

PointJudgement RatioBand::judge(double failures, double of) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kCount;
  Window& current = recent_[seen_ % kRecent];
  if (seen_ >= kRecent) learn(current);  // the oldest leaves the ring and becomes past
  current = {failures, of, false};
  ++seen_;

  const Expectation expected = expect(of);
  judgement.low = 0;
  judgement.expected = expected.ratio;
  if (of > 0) {
    const double edge = (expected.mean + kBandSigmas * std::sqrt(expected.variance)) / of;
    judgement.high =
        std::min(1.0, std::max({edge, expected.ratio + kLeastRise, expected.ratio * kLeastFactor}));
  }
  if (seen_ <= options_.warm_up) {
    judgement.gate = Gate::kWarmUp;
    return judgement;
  }
  double sum_failures = 0;
  double sum_of = 0;
  for (const Window& window : recent_) {
    sum_failures += window.failures;
    sum_of += window.of;
  }
  if (sum_of < options_.min_count || sum_failures < kLeastFailures) {
    judgement.gate = Gate::kTooFew;
    return judgement;
  }
  // Two looks at the same data: the second costs log10(2). A window without failures is no part of
  // it.
  const double together =
      failures > 0 ? std::max(0.0, surprise_of(sum_failures, sum_of) - 0.3) : 0.0;
  judgement.raw = std::max(surprise_of(failures, of), together);
  judgement.score = normalize_score(judgement.raw, surprise(options_.tail_probability));
  if (judgement.score >= 0.5) {
    judgement.gate = Gate::kPassed;
    current.said = true;
  }
  return judgement;
}

}  // namespace inkling::detect
