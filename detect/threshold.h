#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "core/series.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Whether a rule speaks of this series: metric name (exact, or a prefix before "*") and service.
bool matches(const ThresholdRule& rule, const SeriesInfo& series);

// A declared limit: alarms while at least `windows` of the last `out_of` are beyond it. Windows
// without a value do not count as beyond. O(1), 144 bytes. Not thread-safe: one owner.
class Threshold {
 public:
  explicit Threshold(const ThresholdRule& rule) : rule_(&rule) {}  // the rule outlives this

  PointJudgement judge(double value);

 private:
  const ThresholdRule* rule_;
  static constexpr std::size_t kMostWindows = 1024;
  std::bitset<kMostWindows> beyond_;  // the last `out_of` windows, a ring
  std::uint32_t next_ = 0;
  std::uint32_t count_ = 0;  // of them beyond
};

}  // namespace inkling::detect
