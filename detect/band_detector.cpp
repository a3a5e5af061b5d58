#include "detect/band_detector.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

constexpr std::array<double, 4> kHalfLives = {500, 2000, 8000, 32000};  // points
constexpr std::array<double, 3> kFeatureWeights = {1.0, 1.2, 1.4};
constexpr double kFloorShare =
    0.003;                           // of the range: smaller maxima are noise of the number format
constexpr double kRecordGrowth = 3;  // one record raises a maximum at most threefold
constexpr std::uint32_t kSilencePoints = 40;
constexpr double kSilenceEscalation = 1.3;
constexpr double kLocalAlpha = 0.1;
constexpr double kLikelihoodAlpha = 0.005;
constexpr std::int64_t kDayNs = 86'400'000'000'000;

std::size_t bin_of_day(Timestamp time, std::size_t bins) {
  const std::int64_t in_day = ((time.ns % kDayNs) + kDayNs) % kDayNs;
  return static_cast<std::size_t>(in_day / (kDayNs / static_cast<std::int64_t>(bins)));
}

}  // namespace

double BandDetector::expect(std::size_t bin) const {
  if (!day_ || day_->count[bin] == 0) return mean_;
  const double count = day_->count[bin];
  const double weight = count / (count + 1);
  return weight * day_->mean[bin] + (1 - weight) * mean_;
}

void BandDetector::learn_expectation(std::size_t bin, double value) {
  if (!day_) day_ = std::make_unique<DayTable>();
  std::uint32_t& count = day_->count[bin];
  if (count < UINT32_MAX) ++count;
  day_->mean[bin] += std::max(0.02, 1.0 / count) * (value - day_->mean[bin]);
  mean_ += std::max(0.005, 1.0 / (seen_ + 1.0)) * (value - mean_);
}

double BandDetector::record_score(const std::array<double, kFeatures>& features) {
  static const std::array<double, kHorizons> kDecay = {
      std::exp2(-1 / kHalfLives[0]), std::exp2(-1 / kHalfLives[1]), std::exp2(-1 / kHalfLives[2]),
      std::exp2(-1 / kHalfLives[3])};
  const double floor = kFloorShare * (high_ - low_);
  double best = 0;
  double sum = 0;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    double score = 0;
    for (std::size_t k = 0; k < kHorizons; ++k) {
      double& maximum = maxima_[i][k];
      const double level = std::max(maximum, floor);
      if (features[i] > level) {
        const double octaves = level > 0 ? std::log2(features[i] / level) : 4.0;
        score += 1 + 3 * std::min(octaves, 4.0);
        maximum = maximum > 0 ? std::min(features[i], kRecordGrowth * level) : features[i];
      }
      maximum *= kDecay[k];
    }
    score *= kFeatureWeights[i];
    best = std::max(best, score);
    sum += score;
  }
  return 0.75 * best + 0.25 * sum;
}

double BandDetector::range_excess(double value) const {
  const double range = high_ - low_;
  const double beyond = std::max(value - high_, low_ - value);
  if (beyond <= 0) return 0;
  return range > 0 ? std::log2(1 + beyond / range / 0.05) : 4.0;
}

double BandDetector::likelihood_excess(double value) {
  local_ = seen_ == 0 ? value : local_ + kLocalAlpha * (value - local_);
  deviations_[seen_ % deviations_.size()] = static_cast<float>(std::abs(value - local_));
  const auto known = std::min<std::size_t>(seen_ + 1, deviations_.size());
  double average = 0;
  for (std::size_t i = 0; i < known; ++i) average += deviations_[i];
  average /= static_cast<double>(known);
  const double sigma = std::sqrt(deviation_variance_);
  const double z = sigma > 0 ? (average - deviation_mean_) / sigma : 0;
  const double alpha = std::max(kLikelihoodAlpha, 1.0 / (seen_ + 1.0));
  const double step = average - deviation_mean_;
  deviation_mean_ += alpha * step;
  deviation_variance_ = (1 - alpha) * (deviation_variance_ + alpha * step * step);
  return std::log2(1 + std::max(0.0, z - 3));
}

PointJudgement BandDetector::judge(Timestamp time, double value) {
  const std::size_t bin = bin_of_day(time, kDayBins);
  if (seen_ == 0) {
    low_ = high_ = mean_ = value;
  }
  const double expected = expect(bin);
  const double residual = value - expected;
  const std::array<double, kFeatures> features = {
      std::abs(residual), std::abs(smooth_residual_.update(residual, 2.0 / 16)),
      smooth_magnitude_.update(std::abs(residual), 2.0 / 48)};

  PointJudgement judgement;
  judgement.kind = VerdictKind::kBand;
  const double level = std::max(maxima_[0][1], kFloorShare * (high_ - low_));
  judgement.low = expected - level;
  judgement.high = expected + level;

  const double beyond_range = range_excess(value);
  double raw = record_score(features);
  if (beyond_range > 0) {
    if (raw > 0) raw += 2 * std::min(beyond_range, 4.0);
    raw = std::max(raw, 6 * beyond_range);
  }
  raw += likelihood_excess(value);

  learn_expectation(bin, value);
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
  ++seen_;
  if (since_said_ < UINT32_MAX) ++since_said_;

  if (seen_ <= options_.warm_up) {
    judgement.gate = Gate::kWarmUp;
    return judgement;
  }
  judgement.raw = raw;
  if (raw <= 0) return judgement;
  // The silence rule knows no threshold: every positive score is said, or held back after a like
  // one.
  if (since_said_ >= kSilencePoints || raw > kSilenceEscalation * last_said_) {
    since_said_ = 0;
    last_said_ = raw;
    judgement.score = normalize_score(raw, options_.threshold);
    judgement.gate = judgement.score >= 0.5 ? Gate::kPassed : Gate::kNormal;
  } else {
    judgement.gate = Gate::kRecentlySaid;
  }
  return judgement;
}

}  // namespace inkling::detect
