#include "detect/band_pace.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

constexpr std::size_t kClasses = 80;  // from one second to 10 days
constexpr double kClassesPerOctave = 4;

// At the reference of five minutes; the exponents were chosen on series sampled from 1 to 60
// minutes.
constexpr double kReferenceSeconds = 300;
constexpr std::array<double, BandPace::kHorizons> kHalfLives = {500, 2000, 8000, 32000};  // points
constexpr double kHalfLifeExponent = 0.583;
constexpr double kLeastHalfLife = 40;
constexpr double kSilencePoints = 38;
constexpr double kSilenceExponent = 0.40;
constexpr double kLeastSilence = 5;
constexpr double kLevelRate = 0.0003;  // at a minute
constexpr double kLevelExponent = 0.3;
constexpr double kMostLevelRate = 0.05;

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
  return pace;
}

std::array<BandPace, kClasses> make_all() {
  std::array<BandPace, kClasses> all;
  for (std::size_t i = 0; i < kClasses; ++i) {
    all[i] = make(std::exp2(static_cast<double>(i) / kClassesPerOctave));
  }
  return all;
}

}  // namespace

const BandPace& BandPace::at(std::uint8_t index) {
  static const std::array<BandPace, kClasses> kAll = make_all();
  return kAll[std::min<std::size_t>(index, kClasses - 1)];
}

std::uint8_t BandPace::index_of(Duration period) {
  const double seconds = std::max(1.0, static_cast<double>(period.count()) / 1e9);
  const double index = std::round(kClassesPerOctave * std::log2(seconds));
  return static_cast<std::uint8_t>(std::min(index, static_cast<double>(kClasses - 1)));
}

}  // namespace inkling::detect
