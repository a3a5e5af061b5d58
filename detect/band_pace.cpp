#include "detect/band_pace.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace inkling::detect {
namespace {

constexpr std::size_t kClasses = 80;  // from one second to 10 days
constexpr double kClassesPerOctave = 4;

// At the reference of five minutes; the exponents were chosen on series sampled from 1 to 60
// minutes.
constexpr double kReferenceSeconds = 300;
constexpr std::array<double, BandPace::kHorizons> kHalfLives = {500, 2000, 8000, 32000};  // points
constexpr double kHalfLifeExponent = 0.57;
constexpr double kLeastHalfLife = 40;
constexpr double kSilencePoints = 36;
constexpr double kSilenceExponent = 0.40;
constexpr double kLeastSilence = 5;
constexpr double kLevelRate = 0.00017;  // at a minute
constexpr double kLevelExponent = 0.3;
constexpr double kMostLevelRate = 0.05;
constexpr double kHour = 3600;
constexpr double kSizeSeconds = 336 * kHour;
constexpr double kMostSizeRate = 0.01;  // 100 points
constexpr double kLongestEpisode = 24 * kHour;
constexpr double kAftermath = 6 * kHour;
constexpr double kLeastAftermath = 50;  // points
constexpr double kCoarse = 1100;        // the middle of a class of periods lies a little beside it

BandPace make(double seconds) {
  BandPace pace;
  const double finer = kReferenceSeconds / seconds;
  const double stretch = std::pow(finer, kHalfLifeExponent);
  const double shortest = std::max(kLeastHalfLife, kHalfLives[0] * stretch);
  for (std::size_t k = 0; k < BandPace::kHorizons; ++k) {
    pace.record_decay[k] =
        static_cast<float>(std::exp2(-1 / (shortest * kHalfLives[k] / kHalfLives[0])));
  }
  pace.silence = static_cast<std::uint16_t>(
      std::max(kLeastSilence, std::round(kSilencePoints * std::pow(finer, kSilenceExponent))));
  pace.level_rate = static_cast<float>(
      std::min(kMostLevelRate, kLevelRate * std::pow(seconds / 60, kLevelExponent)));
  const auto points_in = [&](double time) {
    return static_cast<std::uint32_t>(std::ceil(time / seconds));
  };
  pace.size_rate = static_cast<float>(std::min(kMostSizeRate, seconds / kSizeSeconds));
  pace.first_day = points_in(24 * kHour);
  pace.longest_episode = points_in(kLongestEpisode);
  pace.aftermath = std::max(points_in(kAftermath), static_cast<std::uint32_t>(kLeastAftermath));
  pace.is_coarse = seconds >= kCoarse;
  return pace;
}

std::array<BandPace, kClasses> make_all() {
  std::array<BandPace, kClasses> all;
  for (std::size_t i = 0; i < kClasses; ++i) {
    const double octave = std::exp2(std::floor(static_cast<double>(i) / kClassesPerOctave));
    const double part = static_cast<double>(i % 4) + 0.5;
    all[i] = make(octave * (1 + part / kClassesPerOctave));
  }
  return all;
}

}  // namespace

const BandPace& BandPace::at(std::uint8_t index) {
  static const std::array<BandPace, kClasses> kAll = make_all();
  return kAll[std::min<std::size_t>(index, kClasses - 1)];
}

std::uint8_t BandPace::index_of(Duration period) {
  // Exponent and two bits of the mantissa: quarters of an octave, linear inside it.
  const float seconds = std::max(1.0F, static_cast<float>(period.count()) * 1e-9F);
  const std::uint32_t index = (std::bit_cast<std::uint32_t>(seconds) >> 21) - (127u << 2);
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(index, kClasses - 1));
}

}  // namespace inkling::detect
