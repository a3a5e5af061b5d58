#pragma once

#include <cstdint>
#include <functional>
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

  // Gives the windows before a verdict, oldest first; asked for only when an anomaly opens.
  using Past = std::function<std::vector<BandPoint>()>;

  // Takes a verdict in.
  void take(const Verdict& verdict, const SeriesPoint& point, const Past& past,
            std::vector<AnomalyUpdate>& updates);
  bool is_open() const { return anomaly_.has_value(); }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.anomaly_, s.quiet_, s.windows_);
  }

 private:
  bool goes_on(const Verdict& verdict) const;
  void open(const Verdict& verdict, const SeriesPoint& point, const Past& past);

  std::uint32_t quiet_windows_;
  std::optional<Anomaly> anomaly_;
  std::uint32_t quiet_ = 0;
  std::uint32_t windows_ = 0;
};

}  // namespace inkling::detect
