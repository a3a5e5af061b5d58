#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace inkling::correlate {

// Where a series began to leave its place.
struct ChangePoint {
  std::size_t index = 0;  // first value after the change
  double gain = 0;        // squared error explained by the split, in units of noise variance
  bool drifting = false;  // the series moved all along: found after its trend was taken out
};

struct OnsetSearchOptions {
  std::size_t min_before = 5;  // values that must lie before a change
  std::size_t min_after = 1;   // and after it: an alarm may follow its cause within one value
  double min_gain = 30;        // about 4 ln(n) + 10 for n = 100
};

// Finds the earliest change point of a series, `scale` being its noise (robust_scale).
//
// Values are clipped to 12 scales around the median of the first part, then split where the squared
// error drops most (a step). The part before the split is searched again, as long as it still
// splits in the same direction: a ramp is followed back to where it left the flat part. A series
// without a flat part (it drifts from the start) has the trend of its first half removed and is
// searched once more.
// Cost: O(n) per split, at most 12 splits. Source: binary segmentation (Scott & Knott, 1974), used
// towards the past only.
std::optional<ChangePoint> find_earliest_change(std::span<const double> values, double scale,
                                                const OnsetSearchOptions& options = {});

}  // namespace inkling::correlate
