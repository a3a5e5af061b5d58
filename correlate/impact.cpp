#include "correlate/impact.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "correlate/robust_deviation.h"

namespace inkling::correlate {
namespace {

constexpr std::size_t kMaxChanges = 50;
constexpr std::size_t kMaxSeries = 1'000;
constexpr Duration kDay = std::chrono::hours(24);
// Of the level before: chosen on labelled changes, where .02, .05 and .1 gave an area under the
// curve of .966, .973 and .981.
constexpr double kLeastScale = 0.1;

// The series of an earlier day; null if it was not there.
const SeriesHistory* find_series(const History& history, SeriesId id) {
  const auto at = std::lower_bound(
      history.series.begin(), history.series.end(), id,
      [](const SeriesHistory& one, SeriesId wanted) { return one.series->id < wanted; });
  return at != history.series.end() && at->series->id == id ? &*at : nullptr;
}

// The value nearest to a time, at most half a period away.
std::optional<double> value_at(const SeriesHistory& series, Timestamp time) {
  const Duration most = std::max<Duration>(series.period / 2, std::chrono::seconds(1));
  auto at = std::lower_bound(series.points.begin(), series.points.end(), time - most,
                             [](const auto& point, Timestamp t) { return point.first < t; });
  std::optional<double> best;
  Duration nearest = most + Duration(1);
  for (; at != series.points.end() && at->first <= time + most; ++at) {
    const Duration distance = at->first < time ? time - at->first : at->first - time;
    if (distance >= nearest || !std::isfinite(at->second)) continue;
    nearest = distance;
    best = at->second;
  }
  return best;
}

double score_of(const SeriesHistory& one, const std::vector<const SeriesHistory*>& past,
                Timestamp change) {
  std::vector<double> before, after, level;
  std::vector<double> days;
  for (const auto& [time, value] : one.points) {
    if (!std::isfinite(value) || time < change - kImpactSide || change + kImpactSide <= time) {
      continue;
    }
    days.clear();
    for (std::size_t i = 0; i < past.size(); ++i) {
      if (!past[i]) continue;
      const auto then = value_at(*past[i], time - kDay * static_cast<std::int64_t>(i + 1));
      if (then) days.push_back(*then);
    }
    const double residual = value - (days.empty() ? 0.0 : median(days));
    (time < change ? before : after).push_back(residual);
    if (time < change) level.push_back(value);
  }
  if (level.empty()) return kAbsent;
  return residual_ratio(before, after, kLeastScale * std::abs(median(level)));
}

}  // namespace

std::vector<Impact> measure_impacts(const History& history, std::span<const History> earlier,
                                    const std::vector<ChangeMoment>& changes) {
  std::vector<Impact> impacts;
  const std::size_t series_count = std::min(history.series.size(), kMaxSeries);
  std::vector<std::vector<const SeriesHistory*>> past(series_count);
  for (std::size_t j = 0; j < series_count; ++j) {
    for (const History& day : earlier) {
      past[j].push_back(find_series(day, history.series[j].series->id));
    }
  }
  for (std::size_t i = 0; i < std::min(changes.size(), kMaxChanges); ++i) {
    for (std::size_t j = 0; j < series_count; ++j) {
      const double score = score_of(history.series[j], past[j], changes[i].time);
      if (std::isfinite(score)) impacts.push_back({changes[i].id, history.series[j].series, score});
    }
  }
  return impacts;
}

}  // namespace inkling::correlate
