#include "detect/band_detector.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "detect/half_float.h"

namespace inkling::detect {
namespace {

// Chosen on labelled series by all figures at once (docs/components/band_detector.md).
constexpr std::array<double, 3> kFeatureWeights = {1.0, 1.2, 1.2};
constexpr float kResidualRate = 2.0F / 16;
constexpr float kMagnitudeRate = 0.0325F;
constexpr double kFloorShare = 0.0165;  // of the range: smaller maxima count as this
constexpr float kRecordGrowth = 2.6F;   // one record raises a maximum at most so many times
constexpr double kPerOctave = 1.84;
constexpr double kMostOctaves = 4;
constexpr double kBestShare = 0.78;      // of the score: of the best feature, the rest of their sum
constexpr double kRecordLine = 6;        // record score at the alarm line
constexpr double kUsualThreshold = 7.5;  // of the options: strength 1 is the alarm line
constexpr double kRangeUnit = 0.05;      // of the range
constexpr double kRangeWeight = 5.6;
constexpr double kFirstRange = 4;  // the range's octaves while there is no range yet
constexpr double kMeanRate = 0.0035;
constexpr double kLocalRate = 0.0685;
constexpr float kLikelihoodRate = 0.005F;
constexpr double kLikelihoodWeight = 1.0;
constexpr double kLikelihoodSigmas = 2.5;
constexpr double kSpikeSigmas = 8.15;  // at the alarm line
constexpr double kSpikePower = 2.7;
constexpr double kLeastSpike = 0.5;
constexpr double kMostSpike = 5.8;  // times the alarm line
constexpr float kStepRate = 0.00045F;
constexpr std::uint32_t kStepWarmUp = 30;
constexpr double kBend = 0.4;             // times the usual magnitude: where the scale bends
constexpr std::uint32_t kFirstWords = 5;  // after one such part of the warm-up
constexpr double kNear = 2;               // band widths, to either side
constexpr double kFar = 4;                // the same: said on the first day, too
constexpr double kSilenceEscalation = 1.28;
// Of a tame series records count only if a feature is so many times its usual size.
constexpr double kTameSize = 6;
constexpr double kTamePower = 4;
constexpr double kMostFirst = 2.5;  // times the alarm line: the first move of what never moved
// A point that stands for long is news by itself at so many times the usual size of the residual.
constexpr double kCoarseSize = 7;
constexpr double kMostCoarse = 3;  // times the alarm line
constexpr std::uint32_t kCoarseWarmUp = 30;
constexpr double kEpisode = 0.8;            // times the alarm line: begins an episode
constexpr std::uint16_t kWordSilence = 36;  // points, after another detector's word
constexpr double kLeastSaid = 0.35;  // times the alarm line: less neither is said nor silences
constexpr std::uint32_t kTableWarmUp = 20;
constexpr std::uint32_t kClimbPoints = 400;
constexpr double kClimbShare = 0.9;     // of the range: the fast mean must be above
constexpr double kClimbDeviations = 8;  // of the usual distance from the fast mean
constexpr std::int64_t kDayNs = 86'400'000'000'000;

// log(x), x > 0 and finite, to 1e-8 of itself near 1 too: the series of atanh on [0.71, 1.41]. The
// library's costs three times as much; the same on every machine.
double quick_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // Subtracting the bits of sqrt(1/2) leaves the exponent of x / m with m in [0.71, 1.41).
  const std::int64_t exponent = static_cast<std::int64_t>(bits - 0x3fe6a09e667f3bcd) >> 52;
  const auto m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));
  const double s = (m - 1) / (m + 1);
  const double q = s * s;
  const double log_m = 2 * s * (1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9)))));
  return static_cast<double>(exponent) * 0.693147180559945309 + log_m;
}

// asinh(a) - asinh(b) with one logarithm.
double asinh_step(double a, double b) {
  const auto grown = [](double x) { return std::abs(x) + std::sqrt(x * x + 1); };  // e^asinh(|x|)
  const double up = a >= 0 ? grown(a) : 1 / grown(a);
  const double down = b >= 0 ? grown(b) : 1 / grown(b);
  return quick_log(up / down);
}

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

void BandDetector::learn(std::size_t bin, double value, float first_rate, const BandPace& pace) {
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
  // What was said is not what is usual: a day's table would expect it again tomorrow. Of series
  // with many values far out, where it may be the new norm, only single long points are held back.
  if (episode_ && episode_->goes_on() && (pace.is_coarse || sizes_.is_calm())) {
    const double expected = expect(bin);
    const double reach = std::min(episode_->reach(), sizes_.usual_residual());
    value = std::clamp(value, expected - reach, expected + reach);
  }
  if (!day_ && seen_ > kTableWarmUp) day_ = std::make_unique<Day>(mean_, usual_distance());
  if (day_) day_->learn(bin, value);
  mean_ += std::max(kMeanRate, static_cast<double>(first_rate)) * (value - mean_);
}

double BandDetector::record_score(const Features& features, const BandPace& pace) {
  const auto floor = static_cast<float>(kFloorShare * (high_ - low_));
  double best = 0;
  double sum = 0;
  for (std::size_t i = 0; i < features.size(); ++i) {
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

double BandDetector::likelihood_excess(float deviation, float first_rate) {
  deviations_[seen_ % deviations_.size()] = shorten(deviation);
  const std::size_t known = std::min<std::size_t>(seen_ + 1, deviations_.size());
  float recent = 0;
  for (std::size_t i = 0; i < known; ++i) recent += lengthen(deviations_[i]);
  recent /= static_cast<float>(known);
  const float sigma = std::sqrt(deviation_variance_);
  const float z = sigma > 0 ? (recent - deviation_mean_) / sigma : 0.0F;
  const float rate = std::max(kLikelihoodRate, first_rate);
  const float step = recent - deviation_mean_;
  deviation_mean_ += rate * step;
  deviation_variance_ = (1 - rate) * (deviation_variance_ + rate * step * step);
  const double beyond = static_cast<double>(z) - kLikelihoodSigmas;
  return beyond > 0 ? kLikelihoodWeight * std::log2(1 + beyond) : 0;
}

double BandDetector::spike_score(double value, float first_rate) {
  const double unit = std::max(kBend * static_cast<double>(magnitude_), 1e-12);
  const double step = asinh_step(value / unit, local_ / unit);
  const double sigma = std::sqrt(static_cast<double>(step_variance_));
  const double z = seen_ > kStepWarmUp && sigma > 0 ? std::abs(step) / sigma : 0;
  const float rate = std::max(kStepRate, first_rate);
  const auto squared = static_cast<float>(step * step);
  step_variance_ = (1 - rate) * (step_variance_ + rate * squared);
  const double times = z / kSpikeSigmas;
  // Small ones are no hint of anything.
  return times < kLeastSpike ? 0 : std::min(std::pow(times, kSpikePower), kMostSpike);
}

bool BandDetector::is_said(double raw, const BandPace& pace) {
  if (since_said_ < pace.silence && raw <= kSilenceEscalation * static_cast<double>(last_said_)) {
    return false;
  }
  since_said_ = 0;
  last_said_ = static_cast<float>(raw);
  return true;
}

double BandDetector::usual_at(Timestamp time) const {
  const std::size_t bin = Day::bin_at(time, kDayNs);
  return day_ && day_->points(bin) >= 2 ? day_->mean(bin) : kAbsent;
}

double BandDetector::climb(double value) const {
  if (seen_ < kClimbPoints || value < high_ || local_ < low_ + kClimbShare * (high_ - low_)) {
    return 0;
  }
  // A mean follows a ramp so many points behind as its rate says.
  constexpr double kLag = 1 / kMeanRate - 1 / kLocalRate;
  const double behind = local_ - mean_;
  return behind > kClimbDeviations * static_cast<double>(deviation_mean_) ? behind / kLag : 0;
}

BandDetector::Strength BandDetector::measure(const Features& features, double value,
                                             float first_rate, const BandPace& pace) {
  Strength strength;
  double records = record_score(features, pace);
  const double beyond_range = range_excess(value);
  if (beyond_range > 0) records = std::max(records, kRangeWeight * beyond_range);
  strength.spike = spike_score(value, first_rate);
  local_ += kLocalRate * (value - local_);
  records += likelihood_excess(static_cast<float>(std::abs(value - local_)), first_rate);
  const UsualSizes::Rating rating = sizes_.rate(features);
  if (rating.largest <= 0) {  // it never moved: how much a move means is not known
    strength.most = kMostFirst;
  } else if (sizes_.is_tame(seen_) && rating.largest < kTameSize) {
    records *= std::pow(rating.largest / kTameSize, kTamePower);
  }
  strength.total = std::max(records / kRecordLine, strength.spike);
  if (pace.is_coarse && seen_ >= std::max(pace.first_day, kCoarseWarmUp)) {
    const double times = rating.residual / kCoarseSize;
    strength.total = std::max(strength.total, std::min(times * times, kMostCoarse));
  }
  return strength;
}

void BandDetector::decide(PointJudgement& judgement, const Strength& strength, double residual,
                          double reach, const BandPace& pace) {
  // From a fifth of the warm-up on what is far out is said, ever less far as more is known. Records
  // of smoothed features near the band are too easily set by then, and on the first day, when every
  // hour brings values that were not seen before, only a spike or what is far beyond the band is.
  const double trust = seen_ >= warm_up_ ? 1.0 : static_cast<double>(seen_) / warm_up_;
  const double trusted = std::min(trust * trust * strength.total, strength.most);
  const bool is_near = std::abs(residual) <= kNear * reach;
  const bool is_far = std::abs(residual) > kFar * reach;
  const bool is_first_day = seen_ < pace.first_day && strength.total > kLeastSaid;
  const bool is_early = seen_ <= warm_up_
                            ? seen_ * kFirstWords <= warm_up_ || is_near || trusted < 1
                            : is_first_day && !is_far && (is_near || strength.spike < 1);
  if (is_early) {
    judgement.gate = Gate::kWarmUp;
    return;
  }
  judgement.raw = kUsualThreshold * trusted;
  const bool is_more = judgement.raw > kSilenceEscalation * static_cast<double>(last_said_);
  if (episode_) {
    const bool is_explained = episode_->note(residual, pace) && (!episode_->goes_on() || !is_more);
    if (episode_->is_over()) episode_.reset();
    if (is_explained && strength.total > kLeastSaid) {
      judgement.gate = Gate::kRecentlySaid;
      return;
    }
  }
  if (strength.total <= kLeastSaid) return;
  const bool stands_out = std::abs(residual) > reach || strength.spike >= 1;
  const bool begins = !(episode_ && episode_->goes_on()) && strength.total > kEpisode && stands_out;
  // The silence rule knows no threshold: what is worth saying is said, or held back after a like
  // one.
  if (!is_said(judgement.raw, pace)) {
    judgement.gate = Gate::kRecentlySaid;
    return;
  }
  // A step within the band is out of it as far as this episode is concerned.
  const double narrow = std::min(reach, std::abs(residual) / 2);
  if (begins) episode_ = std::make_unique<Episode>(residual, narrow);
  judgement.score = normalize_score(judgement.raw, static_cast<double>(threshold_));
  judgement.gate = judgement.score >= 0.5 ? Gate::kPassed : Gate::kNormal;
}

bool BandDetector::take_word(Timestamp time, double value, double reach, double raw) {
  if (seen_ == 0) return true;
  const double residual = value - expect(Day::bin_at(time, kDayNs));
  const bool is_more = raw > kSilenceEscalation * static_cast<double>(last_said_);
  if (episode_) {
    const Episode::Reading reading = episode_->read(residual, reach);
    if (reading == Episode::Reading::kBack) return false;
    if (reading == Episode::Reading::kGoesOn && !is_more) return false;
  } else if (std::abs(residual) <= reach) {
    return false;
  }
  if (since_said_ < kWordSilence && !is_more) return false;
  last_said_ = static_cast<float>(raw);
  since_said_ = 0;
  if (!episode_ || !episode_->goes_on()) episode_ = std::make_unique<Episode>(residual, reach);
  return true;
}

PointJudgement BandDetector::judge(Timestamp time, double value, Duration period) {
  const BandPace& pace = BandPace::at(BandPace::index_of(period));
  if (seen_ == 0) begin(value);
  const std::size_t bin = Day::bin_at(time, kDayNs);
  const float first_rate = 1.0F / static_cast<float>(seen_ + 1);  // of a plain mean
  const double expected = expect(bin);
  const double residual = value - expected;
  const auto small = static_cast<float>(residual);
  const Features features = {std::abs(small),
                             std::abs(smooth_residual_.update(small, kResidualRate)),
                             smooth_magnitude_.update(std::abs(small), kMagnitudeRate)};

  PointJudgement judgement;
  judgement.kind = VerdictKind::kBand;
  const double reach = std::max(static_cast<double>(maxima_[0][1]), kFloorShare * (high_ - low_));
  judgement.low = expected - reach;
  judgement.high = expected + reach;
  judgement.expected = expected;

  const Strength strength = measure(features, value, first_rate, pace);
  if (strength.spike >= 1) judgement.kind = VerdictKind::kSpike;
  const float rate = std::max(pace.level_rate, first_rate);
  magnitude_ += rate * (static_cast<float>(std::abs(value)) - magnitude_);
  if (!(episode_ && episode_->goes_on())) sizes_.learn(features, seen_, pace);
  ++seen_;
  if (since_said_ < UINT16_MAX) ++since_said_;
  decide(judgement, strength, residual, reach, pace);
  learn(bin, value, first_rate, pace);
  return judgement;
}

}  // namespace inkling::detect
