#include "detect/metric_series.h"

#include <algorithm>
#include <cmath>

#include "core/hash.h"

namespace inkling::detect {
namespace {

// Times read from input may be centuries apart, which 64 bits of nanoseconds do not hold.
constexpr Duration kLongestStep = std::chrono::hours(24 * 3650);

}  // namespace

SeriesId series_id_of(const MetricPoint& point, const std::vector<LabelView>& labels) {
  std::uint64_t id =
      hash_combine(static_cast<std::uint64_t>(SeriesKind::kMetric), hash_bytes(point.name));
  id = hash_combine(id, hash_bytes(point.service));
  id = hash_combine(id, hash_bytes(point.version));
  id = hash_combine(id, hash_bytes({}));
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < point.label_count; ++i) {
    const LabelView& label = labels[point.first_label + i];
    sum += hash_combine(hash_bytes(label.name), hash_bytes(label.value));
  }
  return SeriesId{hash_combine(id, sum)};
}

SeriesInfo metric_series_info(const MetricPoint& point, const std::vector<LabelView>& labels,
                              Screen& screen) {
  SeriesInfo info;
  info.kind = SeriesKind::kMetric;
  info.name = screen.redact(point.name);
  info.service = screen.redact(point.service);
  info.version = screen.redact(point.version);
  info.unit = point.unit;
  for (std::uint32_t i = 0; i < point.label_count; ++i) {
    const LabelView& label = labels[point.first_label + i];
    info.labels.emplace_back(label.name, screen.redact(label.value));
  }
  std::sort(info.labels.begin(), info.labels.end());
  return info;
}

void PeriodEstimate::note(Timestamp time) {
  if (last_.is_set()) {
    if (time <= last_) return;
    const std::int64_t step =
        time < last_ + kLongestStep ? time.ns - last_.ns : kLongestStep.count();
    steps_ns_[count_ % steps_ns_.size()] = step;
    ++count_;
    if (count_ % 64 == 0) longest_ns_ /= 2;
    longest_ns_ = std::max(longest_ns_, step);
  }
  last_ = time;
}

Duration PeriodEstimate::period() const {
  if (count_ < 5) return Duration(0);
  std::array<std::int64_t, 15> sorted = steps_ns_;
  const auto known = std::min<std::size_t>(count_, sorted.size());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(known / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(known));
  return Duration(*middle);
}

bool MetricSeries::is_dense() const {
  const Duration period = period_.period();
  return period.count() > 0 && period.count() < kSlotNs;
}

bool MetricSeries::add(Timestamp time, double value, Position position, OriginId origin) {
  origin_ = origin;
  period_.note(time);
  const bool dense = is_dense();
  const std::int64_t slot = slot_of(time);
  if (dense && slot < closed_until_) return false;
  const Rate counted = to_rate(time, value);
  if (!dense) {
    pending_.push_back({time, counted.value, position, counted.reset});
    return true;
  }
  if (std::isnan(counted.value)) return true;
  SlotSum& sum = slots_[slot];
  if (sum.count == 0) sum.first = position;
  sum.sum += counted.value;
  ++sum.count;
  return true;
}

MetricSeries::Rate MetricSeries::to_rate(Timestamp time, double value) {
  if (kind_ == MetricKind::kGauge || std::isnan(value)) return {value, false};
  const Timestamp before = counter_time_;
  const double last = counter_value_;
  counter_time_ = time;
  counter_value_ = value;
  if (!before.is_set() || time <= before || time > before + kLongestStep) return {kAbsent, false};
  const double seconds = static_cast<double>((time - before).count()) / 1e9;
  if (kind_ == MetricKind::kDelta) return {value / seconds, false};
  const bool reset = value < last;
  return {(reset ? value : value - last) / seconds, reset};
}

void MetricSeries::release(Timestamp watermark, std::vector<SeriesPoint>& out) {
  release_points(watermark, out);
  release_slots(watermark, out);
}

void MetricSeries::release_points(Timestamp watermark, std::vector<SeriesPoint>& out) {
  while (!pending_.empty() && pending_.front().time <= watermark) {
    const PendingPoint& point = pending_.front();
    order_ = std::max(order_, point.time);
    SeriesPoint item;
    item.series = series_;
    item.begin = item.end = point.time;
    item.order = order_;
    item.value = point.value;
    item.reset = point.reset;
    item.period = period_.period();
    item.position = point.position;
    out.push_back(std::move(item));
    pending_.pop_front();
  }
}

void MetricSeries::release_slots(Timestamp watermark, std::vector<SeriesPoint>& out) {
  while (!slots_.empty() && slot_begin(slots_.begin()->first + 1) <= watermark) {
    const auto& [slot, sum] = *slots_.begin();
    closed_until_ = slot + 1;
    SeriesPoint item;
    item.series = series_;
    item.begin = slot_begin(slot);
    item.end = slot_begin(slot + 1);
    order_ = std::max(order_, item.end);
    item.order = order_;
    item.value = sum.sum / sum.count;
    item.period = Duration(kSlotNs);
    item.events = sum.count;
    item.position = sum.first;
    out.push_back(std::move(item));
    slots_.erase(slots_.begin());
  }
}

}  // namespace inkling::detect
