#include "correlate/onset_search.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "correlate/robust_deviation.h"

namespace inkling::correlate {
namespace {

constexpr double kClip = 12.0;  // scales; one wild value is not a level
constexpr int kMaxSplits = 12;  // a ramp is halved each time
constexpr double kIqrPerSigma = 1.349;
constexpr double kLeastStep = 0.05;  // of the first split's step: less is another story
constexpr double kLeastGain =
    0.01;  // of the first split's gain: less is the wandering of any series
constexpr double kDriftShare = 0.12;  // a flat part shorter than this share of the range is none

struct Split {
  std::size_t index = 0;
  double gain = 0;
  double step = 0;  // mean after - mean before
};

// The split of values[0, end) that explains most, by running sums.
Split best_split(std::span<const double> values, const OnsetSearchOptions& options) {
  Split best;
  const std::size_t count = values.size();
  if (count < options.min_before + options.min_after) return best;
  double total = 0;
  for (const double value : values) total += value;
  double left = 0;
  for (std::size_t i = 0; i + options.min_after < count + 1; ++i) {
    if (i >= options.min_before && i < count) {
      const auto before = static_cast<double>(i);
      const auto after = static_cast<double>(count - i);
      const double step = (total - left) / after - left / before;
      const double gain = before * after / (before + after) * step * step;
      if (gain > best.gain) best = {i, gain, step};
    }
    if (i < count) left += values[i];
  }
  return best;
}

std::vector<double> in_scales(std::span<const double> values, double scale) {
  // The first part stands for "before": the change is looked for behind it.
  const std::size_t head = std::max<std::size_t>(values.size() / 3, 1);
  const double center = median(values.first(head));
  const double sigma = scale / kIqrPerSigma;
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) {
    result.push_back(std::clamp((value - center) / sigma, -kClip, kClip));
  }
  return result;
}

// Follows the change back while the part before it still splits in the same direction.
std::optional<ChangePoint> search(std::span<const double> values,
                                  const OnsetSearchOptions& options) {
  const Split first = best_split(values, options);
  if (first.gain < options.min_gain) return std::nullopt;
  Split earliest = first;
  OnsetSearchOptions inner = options;
  inner.min_after = std::max<std::size_t>(options.min_after, 3);
  for (int i = 0; i < kMaxSplits; ++i) {
    const Split earlier = best_split(values.first(earliest.index), inner);
    if (earlier.gain < std::max(options.min_gain, kLeastGain * first.gain)) break;
    if (earlier.step / first.step < kLeastStep) break;
    earliest = earlier;
  }
  return ChangePoint{earliest.index, first.gain, false};
}

std::vector<double> without_trend_of_first_half(std::span<const double> values) {
  const std::size_t half = values.size() / 2;
  const std::size_t quarter = std::max<std::size_t>(half / 2, 1);
  const double early = median(values.first(quarter));
  const double late = median(values.subspan(half - quarter, quarter));
  const double slope = (late - early) / static_cast<double>(half - quarter);
  std::vector<double> result(values.begin(), values.end());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] -= slope * static_cast<double>(i);
  return result;
}

}  // namespace

std::optional<ChangePoint> find_earliest_change(std::span<const double> values, double scale,
                                                const OnsetSearchOptions& options) {
  if (values.size() < options.min_before + options.min_after || !(scale > 0)) return std::nullopt;
  const std::optional<ChangePoint> found = search(in_scales(values, scale), options);
  if (!found) return std::nullopt;
  const double flat = kDriftShare * static_cast<double>(values.size());
  if (values.size() < 20 || static_cast<double>(found->index) >= flat) return found;
  std::optional<ChangePoint> behind_trend =
      search(in_scales(without_trend_of_first_half(values), scale), options);
  if (behind_trend && static_cast<double>(behind_trend->index) >= flat) {
    behind_trend->drifting = true;
    return behind_trend;
  }
  return found;
}

}  // namespace inkling::correlate
