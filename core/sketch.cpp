#include "core/sketch.h"

#include <algorithm>
#include <cmath>

namespace inkling {

double Sketch::bin_value(std::uint16_t bin) {
  if (bin == 0) return 0.0;
  const int index = bin - 1;
  const int exponent = kMinExponent + (index >> kSubBits);
  const int sub = index & ((1 << kSubBits) - 1);
  return std::ldexp(1.0 + (sub + 0.5) / (1 << kSubBits), exponent);
}

void Sketch::add(std::uint16_t bin, std::uint32_t count) {
  total_ += count;
  if (!bins_.empty() && bins_.back().index == bin) {
    bins_.back().count += count;
    return;
  }
  const auto at =
      std::lower_bound(bins_.begin(), bins_.end(), bin,
                       [](const Bin& b, std::uint16_t index) { return b.index < index; });
  if (at != bins_.end() && at->index == bin) {
    at->count += count;
  } else {
    bins_.insert(at, Bin{bin, count});
  }
}

void Sketch::merge(const Sketch& other) {
  for (const Bin& bin : other.bins_) add(bin.index, bin.count);
}

double Sketch::quantile(double q) const {
  if (total_ == 0) return 0.0;
  const double rank = std::max(1.0, std::ceil(q * static_cast<double>(total_)));
  double seen = 0.0;
  for (const Bin& bin : bins_) {
    seen += bin.count;
    if (seen >= rank) return bin_value(bin.index);
  }
  return bin_value(bins_.back().index);
}

void Sketch::clear() {
  bins_.clear();
  total_ = 0;
}

}  // namespace inkling
