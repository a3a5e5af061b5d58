#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "detect/band_pace.h"

namespace inkling::detect {

// How large the features of a residual usually are, and whether the series is tame: one whose
// residuals stay where a normal distribution would have them. Of a tame series a record is no news
// as such (sooner or later every noise sets one); of a wild one nothing better is known. What is
// far out counts as three times the usual size. 16 bytes. Not thread-safe: one owner.
// docs/components/band_detector.md.
class UsualSizes {
 public:
  static constexpr std::size_t kFeatures = 3;  // |residual|, its smoothed value, smoothed size
  using Features = std::array<float, kFeatures>;

  struct Rating {
    double residual = 0;  // the residual in its usual size
    double largest = 0;   // the feature that is furthest out, in its own
  };
  // Nothing is further than 0 while nothing is known.
  Rating rate(const Features& features) const;
  // `seen`: points before. What never moved is not tame: it has no noise that could set a record.
  bool is_tame(std::uint32_t seen) const;
  // Whether few values, if any, are far out.
  bool is_calm() const;
  // How far a residual may be out without being far out.
  double usual_residual() const;
  void learn(const Features& features, std::uint32_t seen, const BandPace& pace);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.squares_, s.wild_);
  }

 private:
  Features squares_{};  // running means
  float wild_ = 0;      // share of residuals beyond three times their usual size
};

}  // namespace inkling::detect
