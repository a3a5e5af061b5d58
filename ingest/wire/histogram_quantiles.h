#pragma once

#include <cstdint>
#include <span>

#include "core/event.h"

namespace inkling::ingest {

// A histogram with explicit bounds: counts[i] is of (bounds[i-1], bounds[i]], the last one of
// everything above. One count more than bounds.
struct ExplicitHistogram {
  std::span<const std::uint64_t> counts;
  std::span<const double> bounds;  // ascending
  double min = kAbsent;            // of the values, if known
  double max = kAbsent;
};

// An exponential histogram: positive.counts[i] is of (base^(offset+i), base^(offset+i+1)] with base
// = 2^(2^-scale), the negative ones alike mirrored at zero.
struct ExponentialHistogram {
  struct Buckets {
    std::int64_t offset = 0;
    std::span<const std::uint64_t> counts = {};
  };
  std::int64_t scale = 0;
  std::uint64_t zero_count = 0;
  Buckets positive = {};
  Buckets negative = {};
  double min = kAbsent;
  double max = kAbsent;
};

// The value at quantile q (0..1), estimated inside its bucket: linearly, or exponentially where the
// buckets are. NaN if there are no values, or none that a bucket bounds from both sides. The bucket
// above the last bound counts as that bound unless the maximum is known; the lowest begins at 0 or
// the minimum. Source: the rule of PromQL's histogram_quantile(). Cost: O(buckets).
double quantile(const ExplicitHistogram& histogram, double q);
double quantile(const ExponentialHistogram& histogram, double q);

}  // namespace inkling::ingest
