#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Band for counts of events per window: a negative binomial with the mean and the dispersion this
// series has shown, wider while little was seen of it, so that bursty counts are not news; and no
// count is news that was as high within the last hours. Both directions. Learns from clipped
// values, so that a burst does not become the norm at once. O(1) per window, 64 bytes. Not
// thread-safe: one owner. docs/components/count_band.md.
class CountBand {
 public:
  explicit CountBand(const CountOptions& options) : options_(options) {}

  // `count`: of this window. `scale`: what grows with it when nothing is wrong, e.g. all records of
  // the service; 0 = nothing of the kind. The expectation is the larger of the running mean and the
  // running share of `scale`: more traffic alone is no burst of its templates. `mature`: what was
  // never counted before was zero before, so there is no warm-up.
  PointJudgement judge(double count, double scale, bool mature);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.mean_, s.variance_, s.share_, s.most_, s.seen_);
  }

 private:
  CountOptions options_;
  double mean_ = 0;
  double variance_ = 0;
  double share_ = 0;
  double most_ = 0;  // decayed maximum of the counts
  std::uint32_t seen_ = 0;
};

// Band for "k of n went wrong": the expected number of failures is n times a Bayesian estimate of
// the ratio, which stays wide while little was seen, with the dispersion this series has shown.
// Judges the latest window and the latest six together, so that a small lasting rise is found as
// well as a burst; the estimate is made of what lies before them. Upwards only. O(1) per window,
// 0.1 KB. Not thread-safe: one owner. docs/components/count_band.md.
class RatioBand {
 public:
  explicit RatioBand(const CountOptions& options) : options_(options) {}

  PointJudgement judge(double failures, double of);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.recent_, s.failures_, s.total_, s.dispersion_, s.seen_);
  }

 private:
  static constexpr std::size_t kRecent = 6;
  struct Window {
    float failures = 0;
    float of = 0;  // negative: said to be wrong
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.failures, s.of);
    }
  };
  struct Expectation {
    double ratio = 0;
    double mean = 0;      // failures expected
    double variance = 0;  // own scatter, and what is not known of the ratio itself
  };
  Expectation expect(double of) const;
  double surprise_of(double failures, double of) const;
  void learn(const Window& window);

  CountOptions options_;
  std::array<Window, kRecent> recent_{};  // a ring
  double failures_ = 0;                   // decayed sums of the windows before
  double total_ = 0;
  double dispersion_ = 1;
  std::uint32_t seen_ = 0;
};

}  // namespace inkling::detect
