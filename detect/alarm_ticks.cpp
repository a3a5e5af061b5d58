#include "detect/alarm_ticks.h"

#include <algorithm>

#include "detect/threshold.h"

namespace inkling::detect {
namespace {

constexpr std::uint32_t kExtraWindows = 3;  // what a limit looks back on beyond out_of

// The first multiple of `period` behind `time`.
Timestamp next_end(Timestamp time, Duration period) {
  const std::int64_t window = time.ns / period.count() - (time.ns % period.count() < 0 ? 1 : 0);
  return Timestamp::from_ns((window + 1) * period.count());
}

}  // namespace

AlarmTicks::AlarmTicks(const DetectOptions& options) : options_(options) {
  for (const ThresholdRule& rule : options.thresholds) any_ = any_ || rule.period.count() > 0;
}

AlarmTicks::Entry AlarmTicks::entry_of(const SeriesRef& series) const {
  Entry entry;
  for (const ThresholdRule& rule : options_.thresholds) {
    if (rule.period.count() == 0 || !matches(rule, *series)) continue;
    entry.series = series;
    entry.period = entry.period.count() == 0 ? rule.period : std::min(entry.period, rule.period);
    entry.looks = std::max(entry.looks, (rule.out_of + kExtraWindows) * rule.period);
  }
  return entry;
}

void AlarmTicks::note(const SeriesPoint& point, OriginId origin) {
  if (!any_) return;
  const auto [at, is_new] = entries_.try_emplace(point.series->id.value);
  Entry& entry = at->second;
  if (is_new) entry = entry_of(point.series);
  if (!entry.series) return;
  entry.origin = origin;
  const bool sleeps = !entry.due.is_set();
  entry.last = std::max(entry.last, point.begin);
  entry.complete = std::max({entry.complete, point.end, point.begin + point.period});
  if (!sleeps) return;
  entry.due = next_end(point.begin, entry.period);
  due_.emplace(entry.due, point.series->id.value);
}

void AlarmTicks::add_tick(const Entry& entry, std::vector<SeriesPoint>& points) const {
  SeriesPoint tick;
  tick.series = entry.series;
  tick.begin = tick.end = tick.order = entry.due;
  tick.value = kAbsent;
  tick.tick = true;
  tick.position.segment = UINT32_MAX;  // no record
  points.push_back(std::move(tick));
}

void AlarmTicks::collect(Timestamp watermark, const Watermark& origins,
                         std::vector<SeriesPoint>& points) {
  while (!due_.empty()) {
    const auto [due, id] = *due_.begin();
    Entry& entry = entries_.at(id);
    // A window may be full before the watermark can say so: at the end of the input.
    const bool ended = origins.has_ended(entry.origin);
    const Timestamp limit =
        ended ? std::max(entry.complete, origins.latest(entry.origin)) : watermark;
    if (due > std::max(limit, watermark)) return;
    due_.erase(due_.begin());
    if (due > limit || due > entry.last + entry.looks) {
      entry.due = Timestamp::none();  // sleeps until its next point
      continue;
    }
    add_tick(entry, points);
    entry.due = due + entry.period;
    due_.emplace(entry.due, id);
  }
}

}  // namespace inkling::detect
