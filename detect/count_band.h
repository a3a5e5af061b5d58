#pragma once

#include <cstdint>

#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Band for counts of events per window: a negative binomial with the mean and the dispersion this
// series has shown, so that bursty counts are not news. Both directions. Learns from clipped
// values, so that a burst does not become the norm at once. O(1) per window, 40 bytes. Not
// thread-safe: one owner. docs/components/count_band.md.
class CountBand {
 public:
  explicit CountBand(const CountOptions& options) : options_(options) {}

  // `count`: of this window. `scale`: what grows with it when nothing is wrong, e.g. all records of
  // the service; 0 = nothing of the kind. The expectation is the larger of the running mean and the
  // running share of `scale`: more traffic alone is no burst of its templates.
  PointJudgement judge(double count, double scale);

 private:
  CountOptions options_;
  double mean_ = 0;
  double variance_ = 0;
  double share_ = 0;
  std::uint32_t seen_ = 0;
};

// Band for "k of n went wrong": the expected number of failures is n times a Bayesian estimate of
// the ratio, which stays wide while little was seen, with the dispersion this series has shown.
// Upwards only. O(1) per window, 48 bytes. Not thread-safe: one owner.
class RatioBand {
 public:
  explicit RatioBand(const CountOptions& options) : options_(options) {}

  PointJudgement judge(double failures, double of);

 private:
  CountOptions options_;
  double failures_ = 0;  // decayed sums
  double total_ = 0;
  double dispersion_ = 1;
  std::uint32_t seen_ = 0;
};

}  // namespace inkling::detect
