#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace inkling {

// Quantiles of positive numbers from integer counts in log-linear bins: each power of two is
// divided into 32 equal bins, so a value is known within 1/64 (1.6 %). Merging is adding counts, in
// any order, with the same result. Source: the bin layout of HdrHistogram (Tene). Range: 2^-20 ..
// 2^44 (as milliseconds: 1 ns .. 557 years); outside it the nearest bin.
class Sketch {
 public:
  static constexpr int kSubBits = 5;
  static constexpr int kMinExponent = -20;
  static constexpr int kMaxExponent = 44;
  static constexpr std::uint16_t kBins = ((kMaxExponent - kMinExponent) << kSubBits) + 1;

  // The bin of a value; bin 0 holds zero, negatives and everything below the range. NaN is bin 0.
  static std::uint16_t bin_of(double value) {
    if (!(value >= 0x1p-20)) return 0;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const std::int64_t index = static_cast<std::int64_t>(bits >> (52 - kSubBits)) -
                               (static_cast<std::int64_t>(1023 + kMinExponent) << kSubBits);
    return index >= kBins - 1 ? static_cast<std::uint16_t>(kBins - 1)
                              : static_cast<std::uint16_t>(index + 1);
  }
  // The middle of a bin.
  static double bin_value(std::uint16_t bin);

  void add(std::uint16_t bin, std::uint32_t count = 1);
  void merge(const Sketch& other);
  std::uint64_t count() const { return total_; }
  // The value at rank ceil(q * count), q in [0, 1]; 0 if empty.
  double quantile(double q) const;
  void clear();

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.bins_);
    if constexpr (A::kLoads) {
      s.latest_ = 0;
      s.total_ = 0;
      for (std::size_t i = 0; i < s.bins_.size(); ++i) {
        s.total_ += s.bins_[i].count;
        a.require(s.bins_[i].index < kBins && (i == 0 || s.bins_[i - 1].index < s.bins_[i].index),
                  "a sketch whose bins are out of order");
      }
    }
  }

 private:
  struct Bin {
    std::uint16_t index;
    std::uint32_t count;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.index, s.count);
    }
  };
  std::vector<Bin> bins_;  // sorted by index
  std::uint64_t total_ = 0;
  std::size_t latest_ = 0;  // where a count was added last
};

}  // namespace inkling
