#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/anomaly.h"
#include "core/verdict.h"
#include "detect/series_point.h"

namespace inkling::detect {

// Joins the anomalous windows of one series into one anomaly: it goes on while windows are
// anomalous, or outside the band that held at its onset, and ends after some quiet ones. Not
// thread-safe: one owner.
class AnomalyRun {
 public:
  explicit AnomalyRun(std::uint32_t quiet_windows) : quiet_windows_(quiet_windows) {}

  // Takes a verdict in; `past`: the windows before it, oldest first.
  void take(const Verdict& verdict, const SeriesPoint& point, const std::deque<BandPoint>& past,
            std::vector<AnomalyUpdate>& updates);

 private:
  bool goes_on(const Verdict& verdict) const;
  void open(const Verdict& verdict, const SeriesPoint& point, const std::deque<BandPoint>& past);

  std::uint32_t quiet_windows_;
  std::optional<Anomaly> anomaly_;
  std::uint32_t quiet_ = 0;
  std::uint32_t windows_ = 0;
};

}  // namespace inkling::detect
