#include "ingest/wire/histogram_quantiles.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace inkling::ingest {
namespace {

// Sums as doubles: counts of hostile senders would overflow integers.
double total_of(std::span<const std::uint64_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0, [](double sum, std::uint64_t count) {
    return sum + static_cast<double>(count);
  });
}

// Into [min, max], as far as these are known.
double clamp(double value, double min, double max) {
  if (value < min) value = min;
  if (value > max) value = max;
  return std::isfinite(value) ? value : kAbsent;
}

}  // namespace

double quantile(const ExplicitHistogram& histogram, double q) {
  const double total = total_of(histogram.counts);
  if (!(total > 0) || histogram.counts.size() != histogram.bounds.size() + 1) return kAbsent;
  const double rank = q * total;
  double before = 0;
  std::size_t i = 0;
  for (; i + 1 < histogram.counts.size(); ++i) {
    const auto count = static_cast<double>(histogram.counts[i]);
    if (count > 0 && before + count >= rank) break;
    before += count;
  }
  const std::span<const double> bounds = histogram.bounds;
  const bool is_last = i == bounds.size();
  const double upper = is_last ? histogram.max : bounds[i];
  double lower = i > 0 ? bounds[i - 1] : histogram.min;
  if (i == 0 && std::isnan(lower)) lower = upper > 0 ? 0 : upper;
  if (is_last && std::isnan(upper))
    return bounds.empty() ? kAbsent : clamp(lower, kAbsent, kAbsent);
  const auto count = static_cast<double>(histogram.counts[i]);
  const double share = count > 0 ? std::clamp((rank - before) / count, 0.0, 1.0) : 1;
  return clamp(lower + (upper - lower) * share, histogram.min, histogram.max);
}

double quantile(const ExponentialHistogram& histogram, double q) {
  const auto& [offset, counts] = histogram.positive;
  const auto& [negative_offset, negative_counts] = histogram.negative;
  const double total =
      total_of(counts) + total_of(negative_counts) + static_cast<double>(histogram.zero_count);
  if (!(total > 0)) return kAbsent;
  const double exponent_step = std::exp2(-static_cast<double>(histogram.scale));
  const auto bound = [&](double index) { return std::exp2(index * exponent_step); };
  const double rank = q * total;
  double before = 0;
  // Finds the rank in a bucket: how much of the bucket lies before it, or nothing.
  const auto share_in = [&](std::uint64_t count_of_bucket) {
    const auto count = static_cast<double>(count_of_bucket);
    const double share = count > 0 && before + count >= rank ? (rank - before) / count : kAbsent;
    before += count;
    return share;
  };
  for (std::size_t i = negative_counts.size(); i-- > 0;) {
    const double share = share_in(negative_counts[i]);
    if (std::isnan(share)) continue;
    const double index = static_cast<double>(negative_offset) + static_cast<double>(i);
    return clamp(-bound(index + 1 - share), histogram.min, histogram.max);
  }
  if (!std::isnan(share_in(histogram.zero_count))) return 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = share_in(counts[i]);
    if (std::isnan(share)) continue;
    const double index = static_cast<double>(offset) + static_cast<double>(i);
    return clamp(bound(index + share), histogram.min, histogram.max);
  }
  return histogram.max;  // the rank lies behind all by rounding
}

}  // namespace inkling::ingest
