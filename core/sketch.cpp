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
  // Counts mostly come in runs of rising bins: looking behind the one before is cheaper than
  // halving all of them each time.
  constexpr std::size_t kSteps = 16;
  const auto less = [](const Bin& b, std::uint16_t index) { return b.index < index; };
  auto at = bins_.begin();
  if (latest_ < bins_.size() && bins_[latest_].index <= bin) {
    at += static_cast<std::ptrdiff_t>(latest_);
    for (std::size_t step = 0; step < kSteps && at != bins_.end() && at->index < bin; ++step) ++at;
  }
  if (at != bins_.end() && at->index < bin) at = std::lower_bound(at, bins_.end(), bin, less);
  if (at != bins_.end() && at->index == bin) {
    at->count += count;
  } else {
    at = bins_.insert(at, Bin{bin, count});
  }
  latest_ = static_cast<std::size_t>(at - bins_.begin());
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
  latest_ = 0;
}

}  // namespace inkling
