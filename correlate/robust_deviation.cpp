#include "correlate/robust_deviation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inkling::correlate {
namespace {

constexpr double kLevelFloor = 0.02;  // of |median|
constexpr double kFleetFloor = 0.15;  // of the metric's IQR over the fleet
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double quantile_of_sorted(std::span<const double> sorted, double q) {
  const double rank = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> sorted_copy(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

std::vector<double> distances(std::span<const double> values, double from) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back(std::abs(value - from));
  return result;
}

}  // namespace

double quantile(std::span<const double> values, double q) {
  if (values.empty()) return kNaN;
  return quantile_of_sorted(sorted_copy(values), q);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double interquartile_range(std::span<const double> values) {
  if (values.empty()) return kNaN;
  const std::vector<double> sorted = sorted_copy(values);
  return quantile_of_sorted(sorted, 0.75) - quantile_of_sorted(sorted, 0.25);
}

double robust_scale(double noise_iqr, double level, double fleet_iqr, double range) {
  double scale = std::isfinite(noise_iqr) ? noise_iqr : 0.0;
  scale = std::max(scale, kLevelFloor * std::abs(level));
  if (std::isfinite(fleet_iqr)) scale = std::max(scale, kFleetFloor * fleet_iqr);
  if (scale > 0) return scale;
  return range > 0 ? kLevelFloor * range : 1.0;
}

double robust_deviation(std::span<const double> pre, std::span<const double> post, double scale,
                        double q) {
  if (pre.empty() || post.empty()) return kNaN;
  return quantile(distances(post, median(pre)), q) / scale;
}

double noise_iqr(std::span<const double> values) {
  if (values.size() < 2) return kNaN;
  std::vector<double> steps;
  steps.reserve(values.size() - 1);
  for (std::size_t i = 1; i < values.size(); ++i) steps.push_back(values[i] - values[i - 1]);
  return interquartile_range(steps) / std::sqrt(2.0);
}

double noise_before_change(std::span<const double> values) {
  const std::size_t head_size =
      std::min(values.size(), std::max<std::size_t>(values.size() / 4, 8));
  const std::span<const double> head = values.first(head_size);
  double noise = noise_iqr(values);
  if (head_size < 4) return noise;
  noise = std::max(noise, noise_iqr(head));
  const std::size_t half = head_size / 2;
  const double slope = (median(head.subspan(half)) - median(head.first(half))) /
                       static_cast<double>(head_size - half);
  std::vector<double> flat(head.begin(), head.end());
  for (std::size_t i = 0; i < flat.size(); ++i) flat[i] -= slope * static_cast<double>(i);
  return std::max(noise, 0.5 * interquartile_range(flat));
}

double residual_ratio(std::span<const double> before, std::span<const double> after,
                      double least_scale) {
  constexpr std::size_t kFewest = 3;
  if (before.size() < kFewest || after.size() < kFewest) return kNaN;
  const double center = median(before);
  const double was = quantile(distances(before, center), 0.9);
  const double is = quantile(distances(after, center), 0.9);
  // A series constant before has no scale of its own: 2 % of its level stands in.
  const double floor = std::max(kLevelFloor * std::abs(center), 1e-9);
  return is / std::max({was, was > 0 ? 0.1 * floor : floor, least_scale});
}

}  // namespace inkling::correlate
