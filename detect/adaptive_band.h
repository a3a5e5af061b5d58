#pragma once

#include <array>
#include <cstdint>

#include "core/timestamp.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Robust adaptive band for series of many small windows (below a minute), where single windows are
// noise: a running median with running 95 % quantiles of the deviation to each side. Anomalous is
// what stays beyond the band for three of four windows in one direction, or is far beyond it once.
// O(1) per point, 80 bytes. Not thread-safe: one owner. docs/components/adaptive_band.md.
class AdaptiveBand {
 public:
  explicit AdaptiveBand(const BandOptions& options) : options_(options) {}

  // Judges a finite value, then learns from it.
  PointJudgement judge(double value);

 private:
  // How far beyond the centre the band reaches on one side.
  double reach(double quantile) const;
  void learn(double value, bool said);

  BandOptions options_;
  double median_ = 0;
  double above_ = 0;  // 95 % quantile of the deviation, where the value is above the median
  double below_ = 0;
  std::array<float, 4> recent_{};  // signed deviations in units of the band, latest last
  std::uint32_t seen_ = 0;
};

}  // namespace inkling::detect
