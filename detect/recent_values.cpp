#include "detect/recent_values.h"

#include <algorithm>

namespace inkling::detect {

const RecentValues::Entry* RecentValues::find(Handle handle) const {
  if (handle == 0 || handle > latest_ || latest_ - handle >= entries_.size()) return nullptr;
  return &entries_[(handle - 1) % capacity_];
}

RecentValues::Handle RecentValues::add(Handle before, const BandPoint& point) {
  if (capacity_ == 0) return 0;
  Entry entry;
  entry.time_ns = point.time.ns;
  entry.value = point.value;
  entry.low = static_cast<float>(point.low - point.value);
  entry.high = static_cast<float>(point.high - point.value);
  const Handle handle = latest_ + 1;
  const bool linked = find(before) != nullptr && handle - before <= UINT32_MAX;
  entry.back = linked ? static_cast<std::uint32_t>(handle - before) : 0;
  latest_ = handle;
  if (entries_.size() < capacity_) {
    entries_.push_back(entry);
  } else {
    entries_[(handle - 1) % capacity_] = entry;
  }
  return handle;
}

std::vector<BandPoint> RecentValues::last(Handle latest, std::size_t most) const {
  std::vector<BandPoint> points;
  Handle handle = latest;
  while (points.size() < most) {
    const Entry* entry = find(handle);
    if (entry == nullptr) break;
    points.push_back({Timestamp::from_ns(entry->time_ns), entry->value,
                      entry->value + static_cast<double>(entry->low),
                      entry->value + static_cast<double>(entry->high)});
    if (entry->back == 0) break;
    handle -= entry->back;
  }
  std::reverse(points.begin(), points.end());
  return points;
}

}  // namespace inkling::detect
