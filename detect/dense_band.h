#pragma once

#include <cstdint>
#include <memory>

#include "core/timestamp.h"
#include "detect/adaptive_band.h"
#include "detect/band_detector.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// For series of windows well below a minute: the adaptive band looks at each window and speaks
// within seconds, the band detector at the mean of each minute, as if the series were sampled so.
// What one has said the other does not say again, and what the day or the hours before make usual
// the first is not believed. 0.15 KB besides the band detector's. Not thread-safe: one owner.
// docs/components/adaptive_band.md.
class DenseBand {
 public:
  explicit DenseBand(const BandOptions& options)
      : quick_(options), slow_(std::make_unique<BandDetector>(options)) {}

  // Judges a finite value, then learns from it.
  PointJudgement judge(Timestamp time, double value);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.quick_, *s.slow_, s.sum_, s.count_, s.minute_);
    a.require(s.minute_ > -kFurthest && s.minute_ < kFurthest, "a minute out of range");
  }

 private:
  static constexpr std::int64_t kFurthest = 150'000'000;  // what nanoseconds can hold
  PointJudgement judge_minute();

  AdaptiveBand quick_;
  std::unique_ptr<BandDetector> slow_;
  double sum_ = 0;  // of the minute's values
  std::uint32_t count_ = 0;
  std::int64_t minute_ = 0;  // since 1970
};

}  // namespace inkling::detect
