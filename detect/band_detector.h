#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "core/timestamp.h"
#include "detect/band_pace.h"
#include "detect/episode.h"
#include "detect/options.h"
#include "detect/point_judgement.h"
#include "detect/profile.h"
#include "detect/usual_sizes.h"

namespace inkling::detect {

// Robust adaptive band for any numeric series: how long has nothing like this been seen, and how
// far is it from what the last minutes were? Two arms, the stronger one speaks. The first holds
// the residual against an expectation (time of day and a running mean) to decayed maxima over four
// horizons, together with the range ever seen. The second holds the step from the fast mean, on a
// scale that is linear for small and logarithmic for large values, to its own long deviation.
// O(1) per point; 0.15 KB of state, 0.4 KB with the table of a day. Not thread-safe: one owner.
// Formula and source: docs/components/band_detector.md.
class BandDetector {
 public:
  explicit BandDetector(const BandOptions& options)
      : threshold_(static_cast<float>(options.threshold)),
        warm_up_(static_cast<std::uint16_t>(std::min(options.warm_up, kMostWarmUp))) {}

  // Judges a value (finite) at a time, then learns from it. `period`: of the series' samples.
  PointJudgement judge(Timestamp time, double value, Duration period);

  // Another detector of the series has found this value, `reach` beyond what is usual to it, worth
  // `raw` on this one's scale. Whether it is to be said; then it counts as said.
  bool take_word(Timestamp time, double value, double reach, double raw);

  // What is usual at this time of day; NaN while it is not known.
  double usual_at(Timestamp time) const;
  // Steady rise of the last hundreds of points, per point; 0 = none that stands out. Levels never
  // reached before only, so that no daily rhythm looks like one.
  double climb(double value) const;

  // Of saved state (core/state_fields.h); what options say is not part of it.
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.mean_, s.low_, s.high_, s.local_, s.maxima_, s.smooth_residual_, s.smooth_magnitude_,
      s.magnitude_, s.step_variance_, s.deviation_mean_, s.deviation_variance_, s.deviations_,
      s.last_said_, s.seen_, s.since_said_, s.sizes_);
    a.made(s.day_, [] { return std::make_unique<Day>(0.0, 1.0); });
    a.made(s.episode_, [] { return std::make_unique<Episode>(0.0, 0.0); });
  }

 private:
  using Features = UsualSizes::Features;
  static constexpr std::uint32_t kMostWarmUp = 60'000;
  using Day = Profile<72>;

  struct TwoStage {  // two cascaded exponentially weighted means
    float first = 0;
    float second = 0;
    float update(float value, float alpha) {
      first += alpha * (value - first);
      second += alpha * (first - second);
      return second;
    }
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.first, s.second);
    }
  };

  // What the point is like before anything is learned of it.
  struct Strength {
    double most = 1e9;  // the total counts at most so much
    double total = 0;   // 1 = the alarm line
    double spike = 0;   // of the spike arm alone
  };
  void begin(double value);
  double expect(std::size_t bin) const;
  double usual_distance() const;
  void learn(std::size_t bin, double value, float first_rate, const BandPace& pace);
  Strength measure(const Features& features, double value, float first_rate, const BandPace& pace);
  void decide(PointJudgement& judgement, const Strength& strength, double residual, double reach,
              const BandPace& pace);
  double record_score(const Features& features, const BandPace& pace);
  double range_excess(double value) const;
  double likelihood_excess(float deviation, float first_rate);
  double spike_score(double value, float first_rate);
  // The silence rule: whether this much is said now.
  bool is_said(double raw, const BandPace& pace);

  std::unique_ptr<Day> day_;
  std::unique_ptr<Episode> episode_;  // since something was said, until the series is back
  double mean_ = 0;                   // running mean of the values
  double low_ = 0;                    // range ever seen
  double high_ = 0;
  double local_ = 0;  // fast mean
  // Decayed maxima of each feature.
  std::array<std::array<float, BandPace::kHorizons>, UsualSizes::kFeatures> maxima_{};
  UsualSizes sizes_;
  TwoStage smooth_residual_;
  TwoStage smooth_magnitude_;
  float magnitude_ = 0;       // running mean of |value|
  float step_variance_ = 0;   // of steps from the fast mean, on the bent scale
  float deviation_mean_ = 0;  // of the mean of deviations_, over a long time
  float deviation_variance_ = 0;
  std::array<std::uint16_t, 10> deviations_{};  // the last |value - local|, shortened
  float last_said_ = 0;
  float threshold_;
  std::uint32_t seen_ = 0;
  std::uint16_t warm_up_;
  std::uint16_t since_said_ = UINT16_MAX;  // points since the last thing said
};

}  // namespace inkling::detect
