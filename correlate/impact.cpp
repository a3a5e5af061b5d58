#include "correlate/impact.h"

#include <algorithm>
#include <cmath>

#include "correlate/robust_deviation.h"

namespace inkling::correlate {
namespace {

constexpr auto kSide = std::chrono::minutes(30);
constexpr std::size_t kMaxChanges = 50;
constexpr std::size_t kMaxSeries = 1'000;

}  // namespace

std::vector<Impact> measure_impacts(const History& history,
                                    const std::vector<ChangeMoment>& changes) {
  std::vector<Impact> impacts;
  for (std::size_t i = 0; i < std::min(changes.size(), kMaxChanges); ++i) {
    const ChangeMoment& change = changes[i];
    for (std::size_t j = 0; j < std::min(history.series.size(), kMaxSeries); ++j) {
      const SeriesHistory& one = history.series[j];
      std::vector<double> before;
      std::vector<double> after;
      for (const auto& [time, value] : one.points) {
        if (!std::isfinite(value) || time < change.time - kSide || change.time + kSide <= time) {
          continue;
        }
        (time < change.time ? before : after).push_back(value);
      }
      const double ratio = residual_ratio(before, after);
      if (std::isfinite(ratio)) impacts.push_back({change.id, one.series, ratio});
    }
  }
  return impacts;
}

}  // namespace inkling::correlate
