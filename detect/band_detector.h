#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "core/timestamp.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Robust adaptive band for any numeric series: how long has nothing like this been seen? The
// residual against an expectation (time of day and a running mean) is held against decayed maxima
// over four horizons, together with the range ever seen and the likelihood of the recent deviation.
// O(1) per point; 0.3 KB of state, 0.9 KB once a day's table is earned. Not thread-safe: one owner.
// Formula and source: docs/components/band_detector.md.
class BandDetector {
 public:
  explicit BandDetector(const BandOptions& options) : options_(options) {}

  // Judges a value (finite) at a time, then learns from it.
  PointJudgement judge(Timestamp time, double value);

 private:
  static constexpr std::size_t kHorizons = 4;
  static constexpr std::size_t kFeatures = 3;
  static constexpr std::size_t kDayBins = 72;

  // Expected value by time of day.
  struct DayTable {
    std::array<double, kDayBins> mean{};
    std::array<std::uint32_t, kDayBins> count{};
  };
  struct TwoStage {  // two cascaded exponentially weighted means
    double first = 0;
    double second = 0;
    double update(double value, double alpha) {
      first += alpha * (value - first);
      second += alpha * (first - second);
      return second;
    }
  };

  double expect(std::size_t bin) const;
  void learn_expectation(std::size_t bin, double value);
  double record_score(const std::array<double, kFeatures>& features);
  double range_excess(double value) const;
  double likelihood_excess(double value);

  BandOptions options_;
  std::unique_ptr<DayTable> day_;
  std::array<std::array<double, kHorizons>, kFeatures> maxima_{};
  TwoStage smooth_residual_;
  TwoStage smooth_magnitude_;
  double mean_ = 0;  // running mean of the values
  double low_ = 0;   // range ever seen
  double high_ = 0;
  double local_ = 0;                    // fast mean, for the likelihood
  std::array<float, 10> deviations_{};  // the last |x - local|
  double deviation_mean_ = 0;
  double deviation_variance_ = 0;
  std::uint32_t seen_ = 0;
  std::uint32_t since_said_ = UINT32_MAX;  // points since the last thing said
  double last_said_ = 0;
};

}  // namespace inkling::detect
