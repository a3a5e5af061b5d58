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
// The highest count lately, with a half-life of 4 000 windows (11 hours of 10 s): less than this
// many times as much is no news, whatever the distribution says. Jobs come back.
constexpr double kMostDecay = 0.99982673;
constexpr double kBeyondMost = 1.25;

// Ratios: a service of which nothing is known fails once in 100, known as well as from 50 requests.
constexpr double kPriorFailures = 0.5;
constexpr double kPriorTotal = 50;
constexpr double kDecay = 0.998;  // half of it is forgotten after 346 windows
constexpr double kDispersionAlpha = 0.01;
// One window raises the dispersion by no more than this or three times what it was.
constexpr double kMostSurplus = 20;
constexpr double kMostGrowth = 4;
constexpr double kMostDispersion = 1e6;
constexpr double kLeastFailures = 3;
// A deviation nobody would act on: less than half as much again, or less than half a percent point
// of up to a thousand requests, with the square root of the number less of more.
constexpr double kLeastRise = 0.005;
constexpr double kRiseRequests = 1000;
constexpr double kLeastFactor = 1.5;

double least_rise(double of) {
  return of <= kRiseRequests ? kLeastRise : kLeastRise * std::sqrt(kRiseRequests / of);
}

double surprise(double probability) { return -std::log10(std::max(probability, 1e-290)); }

}  // namespace

PointJudgement CountBand::judge(double count, double scale, bool mature) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kCount;
  const double by_scale = scale > 0 ? share_ * scale : 0;
  const double expected = std::max({mean_, by_scale, 0.1});
  const double growth = mean_ > 0 ? std::max(1.0, expected / mean_) : 1;
  // A mean of n windows is itself known to one n-th of their variance.
  const double unknown = 1 + 1 / std::min(seen_ + 1.0, 1 / kAlpha);
  const double dispersion =
      unknown * std::max(mean_ > 0 ? variance_ / mean_ * growth : 0.0, kLeastDispersion);
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
    const bool is_high = count >= expected;
    const double probability =
        is_high ? negative_binomial_upper(count, expected, dispersion)
                : negative_binomial_lower(count, std::min(expected, mean_), dispersion);
    const bool is_news = is_high ? count > kBeyondMost * most_ : count < mean_;
    judgement.raw = is_news ? surprise(probability) : 0;
    judgement.score = normalize_score(judgement.raw, surprise(options_.tail_probability));
    if (judgement.score >= 0.5) judgement.gate = Gate::kPassed;
  }

  most_ = std::max(most_ * kMostDecay, count);
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
  if (ratio < expected.ratio + least_rise(of) || ratio < expected.ratio * kLeastFactor) return 0;
  const double dispersion = std::max(expected.variance / expected.mean, 1.0);
  return surprise(negative_binomial_upper(failures, expected.mean, dispersion));
}

void RatioBand::learn(const Window& window) {
  const double of = std::abs(static_cast<double>(window.of));
  const bool said = window.of < 0;
  if (of <= 0) return;
  const Expectation expected = expect(of);
  // A window that was said to be wrong teaches at most the edge of the band.
  const double edge = expected.mean + kBandSigmas * std::sqrt(expected.variance);
  const auto failures = static_cast<double>(window.failures);
  const double learnt = said ? std::min(failures, edge) : failures;
  const double squared = (learnt - expected.mean) * (learnt - expected.mean) / expected.mean;
  if (total_ > kPriorTotal) {
    const double most = std::max(kMostSurplus, kMostGrowth * dispersion_);
    const double rate = std::max(kDispersionAlpha, 1.0 / (seen_ + 1.0));
    dispersion_ += rate * (std::min(squared, most) - dispersion_);
    dispersion_ = std::clamp(dispersion_, 1.0, kMostDispersion);
  }
  failures_ = failures_ * kDecay + learnt;
  total_ = total_ * kDecay + of;
}

PointJudgement RatioBand::judge(double failures, double of) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kCount;
  Window& current = recent_[seen_ % kRecent];
  if (seen_ >= kRecent) learn(current);  // the oldest leaves the ring and becomes past
  current = {static_cast<float>(failures), static_cast<float>(of)};
  ++seen_;

  const Expectation expected = expect(of);
  judgement.low = 0;
  judgement.expected = expected.ratio;
  if (of > 0) {
    const double edge = (expected.mean + kBandSigmas * std::sqrt(expected.variance)) / of;
    judgement.high = std::min(
        1.0, std::max({edge, expected.ratio + least_rise(of), expected.ratio * kLeastFactor}));
  }
  if (seen_ <= options_.warm_up) {
    judgement.gate = Gate::kWarmUp;
    return judgement;
  }
  double sum_failures = 0;
  double sum_of = 0;
  for (const Window& window : recent_) {
    sum_failures += static_cast<double>(window.failures);
    sum_of += static_cast<double>(std::abs(window.of));
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
    current.of = -current.of;
  }
  return judgement;
}

}  // namespace inkling::detect
