#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/timestamp.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Robust adaptive band for series of many small windows (below a minute), where single windows are
// noise: a running median with running 95 % quantiles of the deviation to each side. Anomalous is
// what stays beyond the band for five of six windows in one direction, or is far beyond it once.
// O(1) per point, 136 bytes. Not thread-safe: one owner. docs/components/adaptive_band.md.
class AdaptiveBand {
 public:
  explicit AdaptiveBand(const BandOptions& options) : options_(options) {}

  // Judges a finite value, then learns from it.
  PointJudgement judge(double value);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.median_, s.above_, s.below_, s.recent_, s.values_, s.seen_);
  }

 private:
  // One side of the band.
  struct Side {
    double quantile = 0;  // 95 % quantile of the deviation to this side
    double furthest = 0;  // decayed maximum of it; of values at least kRecent windows old
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.quantile, s.furthest);
    }
  };
  // How far from the median the band reaches.
  double reach(const Side& side) const;
  void learn(double value, bool said);

  BandOptions options_;
  double median_ = 0;
  Side above_;
  Side below_;
  static constexpr std::size_t kRecent = 6;
  std::array<float, kRecent> recent_{};  // signed deviations in units of the band, latest last
  std::array<float, kRecent> values_{};  // the same windows' deviations as they were
  std::uint32_t seen_ = 0;
};

}  // namespace inkling::detect
