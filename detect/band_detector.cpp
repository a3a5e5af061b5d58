#include "detect/band_detector.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace inkling::detect {
namespace {

// Chosen on labelled series by all figures at once (docs/components/band_detector.md).
constexpr std::array<double, 3> kFeatureWeights = {1.0, 1.2, 1.2};
constexpr float kResidualRate = 2.0F / 16;
constexpr float kMagnitudeRate = 2.0F / 64;
constexpr double kFloorShare = 0.01465;  // of the range: smaller maxima count as this
constexpr float kRecordGrowth = 2.52F;   // one record raises a maximum at most so many times
constexpr double kPerOctave = 2.34;
constexpr double kMostOctaves = 4;
constexpr double kBestShare = 0.78;      // of the score: of the best feature, the rest of their sum
constexpr double kRecordLine = 6;        // record score at the alarm line
constexpr double kUsualThreshold = 7.5;  // of the options: strength 1 is the alarm line
constexpr double kRangeUnit = 0.05;      // of the range
constexpr double kRangeWeight = 6;
constexpr double kFirstRange = 4;  // the range's octaves while there is no range yet
constexpr double kMeanRate = 0.00126;
constexpr double kLocalRate = 0.06;
constexpr float kLikelihoodRate = 0.005F;
constexpr double kLikelihoodWeight = 0.585;
constexpr double kLikelihoodSigmas = 3.0;
constexpr double kSpikeSigmas = 7.99;  // at the alarm line
constexpr double kSpikePower = 2.8;
constexpr double kLeastSpike = 0.5;
constexpr double kMostSpike = 5.8;  // times the alarm line
constexpr float kStepRate = 0.0005F;
constexpr std::uint32_t kStepWarmUp = 30;
constexpr double kBend = 0.288;  // times the usual magnitude: where the scale bends
constexpr double kSilenceEscalation = 1.3;
constexpr double kLeastSaid = 0.285;  // times the alarm line: less neither is said nor silences
constexpr std::uint32_t kTableWarmUp = 20;
constexpr std::int64_t kDayNs = 86'400'000'000'000;

// asinh(a) - asinh(b) with one logarithm.
double asinh_step(double a, double b) {
  const auto grown = [](double x) { return std::abs(x) + std::sqrt(x * x + 1); };  // e^asinh(|x|)
  const double up = a >= 0 ? grown(a) : 1 / grown(a);
  const double down = b >= 0 ? grown(b) : 1 / grown(b);
  return std::log(up / down);
}

// The upper half of a float: its range with 8 bits of precision.
std::uint16_t shorten(float value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}
float lengthen(std::uint16_t value) { return std::bit_cast<float>(std::uint32_t{value} << 16); }

}  // namespace

void BandDetector::begin(double value) {
  low_ = high_ = mean_ = local_ = value;
  magnitude_ = static_cast<float>(std::abs(value));
}

double BandDetector::expect(std::size_t bin) const {
  if (!day_ || day_->points(bin) == 0) return mean_;
  const double count = day_->points(bin);
  const double weight = count / (count + 1);
  return weight * day_->mean(bin) + (1 - weight) * mean_;
}

double BandDetector::usual_distance() const {
  return std::max({(high_ - low_) / 16, std::abs(mean_) * 1e-3, 1e-9});
}

void BandDetector::learn(std::size_t bin, double value) {
  if (!day_ && seen_ >= kTableWarmUp) day_ = std::make_unique<Day>(mean_, usual_distance());
  if (day_) day_->learn(bin, value);
  mean_ += std::max(kMeanRate, 1.0 / (seen_ + 1.0)) * (value - mean_);
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
}

double BandDetector::record_score(const std::array<float, kFeatures>& features) {
  const BandPace& pace = BandPace::at(pace_);
  const auto floor = static_cast<float>(kFloorShare * (high_ - low_));
  double best = 0;
  double sum = 0;
  for (std::size_t i = 0; i < kFeatures; ++i) {
    double score = 0;
    for (std::size_t k = 0; k < BandPace::kHorizons; ++k) {
      float& maximum = maxima_[i][k];
      const float level = std::max(maximum, floor);
      if (features[i] > level) {
        const double octaves =
            level > 0 ? std::log2(static_cast<double>(features[i] / level)) : kMostOctaves;
        score += 1 + kPerOctave * std::min(octaves, kMostOctaves);
        maximum = maximum > 0 ? std::min(features[i], kRecordGrowth * level) : features[i];
      }
      maximum *= pace.record_decay[k];
    }
    score *= kFeatureWeights[i];
    best = std::max(best, score);
    sum += score;
  }
  return kBestShare * best + (1 - kBestShare) * sum;
}

double BandDetector::range_excess(double value) const {
  const double range = high_ - low_;
  const double beyond = std::max(value - high_, low_ - value);
  if (beyond <= 0) return 0;
  return range > 0 ? std::log2(1 + beyond / range / kRangeUnit) : kFirstRange;
}

double BandDetector::likelihood_excess(float deviation) {
  deviations_[seen_ % deviations_.size()] = shorten(deviation);
  const std::size_t known = std::min<std::size_t>(seen_ + 1, deviations_.size());
  float recent = 0;
  for (std::size_t i = 0; i < known; ++i) recent += lengthen(deviations_[i]);
  recent /= static_cast<float>(known);
  const float sigma = std::sqrt(deviation_variance_);
  const float z = sigma > 0 ? (recent - deviation_mean_) / sigma : 0.0F;
  const float rate = std::max(kLikelihoodRate, 1.0F / static_cast<float>(seen_ + 1));
  const float step = recent - deviation_mean_;
  deviation_mean_ += rate * step;
  deviation_variance_ = (1 - rate) * (deviation_variance_ + rate * step * step);
  const double beyond = static_cast<double>(z) - kLikelihoodSigmas;
  return beyond > 0 ? kLikelihoodWeight * std::log2(1 + beyond) : 0;
}

double BandDetector::spike_score(double value) {
  const double unit = std::max(kBend * static_cast<double>(magnitude_), 1e-12);
  const double step = asinh_step(value / unit, local_ / unit);
  const double sigma = std::sqrt(static_cast<double>(step_variance_));
  const double z = seen_ > kStepWarmUp && sigma > 0 ? std::abs(step) / sigma : 0;
  const float rate = std::max(kStepRate, 1.0F / static_cast<float>(seen_ + 1));
  const auto squared = static_cast<float>(step * step);
  step_variance_ = (1 - rate) * (step_variance_ + rate * squared);
  const double times = z / kSpikeSigmas;
  // Small ones are no hint of anything.
  return times < kLeastSpike ? 0 : std::min(std::pow(times, kSpikePower), kMostSpike);
}

bool BandDetector::is_said(double raw) {
  if (since_said_ < BandPace::at(pace_).silence &&
      raw <= kSilenceEscalation * static_cast<double>(last_said_)) {
    return false;
  }
  since_said_ = 0;
  last_said_ = static_cast<float>(raw);
  return true;
}

PointJudgement BandDetector::judge(Timestamp time, double value, Duration period) {
  if (period.count() != period_ns_) {
    period_ns_ = period.count();
    pace_ = BandPace::index_of(period);
  }
  if (seen_ == 0) begin(value);
  const std::size_t bin = Day::bin_at(time, kDayNs);
  const double expected = expect(bin);
  const double residual = value - expected;
  const auto small = static_cast<float>(residual);
  const std::array<float, kFeatures> features = {
      std::abs(small), std::abs(smooth_residual_.update(small, kResidualRate)),
      smooth_magnitude_.update(std::abs(small), kMagnitudeRate)};

  PointJudgement judgement;
  judgement.kind = VerdictKind::kBand;
  const double level = std::max(static_cast<double>(maxima_[0][1]), kFloorShare * (high_ - low_));
  judgement.low = expected - level;
  judgement.high = expected + level;

  double records = record_score(features);
  const double beyond_range = range_excess(value);
  if (beyond_range > 0) records = std::max(records, kRangeWeight * beyond_range);
  const double spike = spike_score(value);
  local_ += kLocalRate * (value - local_);
  records += likelihood_excess(static_cast<float>(std::abs(value - local_)));
  // 1 = the alarm line.
  const double strength = std::max(records / kRecordLine, spike);

  learn(bin, value);
  const float rate = std::max(BandPace::at(pace_).level_rate, 1.0F / static_cast<float>(seen_ + 1));
  magnitude_ += rate * (static_cast<float>(std::abs(value)) - magnitude_);
  ++seen_;
  if (since_said_ < UINT32_MAX) ++since_said_;

  if (seen_ <= warm_up_) {
    judgement.gate = Gate::kWarmUp;
    return judgement;
  }
  judgement.raw = kUsualThreshold * strength;
  if (strength <= kLeastSaid) return judgement;
  // The silence rule knows no threshold: what is worth saying is said, or held back after a like
  // one.
  if (is_said(judgement.raw)) {
    judgement.score = normalize_score(judgement.raw, static_cast<double>(threshold_));
    judgement.gate = judgement.score >= 0.5 ? Gate::kPassed : Gate::kNormal;
  } else {
    judgement.gate = Gate::kRecentlySaid;
  }
  return judgement;
}

}  // namespace inkling::detect
