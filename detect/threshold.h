#pragma once

#include <cstdint>

#include "core/series.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// Whether a rule speaks of this series: metric name (exact, or a prefix before "*") and service.
bool matches(const ThresholdRule& rule, const SeriesInfo& series);

// A declared limit: alarms while at least `windows` of the last `out_of` are beyond it. Windows
// without a value do not count as beyond. O(1), 16 bytes. Not thread-safe: one owner.
class Threshold {
 public:
  explicit Threshold(const ThresholdRule& rule) : rule_(&rule) {}  // the rule outlives this

  PointJudgement judge(double value);

 private:
  const ThresholdRule* rule_;
  std::uint64_t beyond_ = 0;  // last 64 windows, latest in bit 0
};

}  // namespace inkling::detect
