#include "detect/silence_watch.h"

#include <algorithm>

namespace inkling::detect {
namespace {

constexpr std::uint32_t kMinPoints = 10;  // fewer make no rhythm that could be missed
constexpr Duration kMinSilence = std::chrono::seconds(60);

}  // namespace

Timestamp SilenceWatch::deadline(const Entry& entry) {
  // Lines come when somebody asks, so the gaps between them are exponential, not regular.
  const int longest = entry.series->kind == SeriesKind::kLogRate ? 3 : 2;
  return entry.period.last() +
         std::max({3 * entry.period.period(), longest * entry.period.longest_step(),
                   Duration(kMinSilence)});
}

void SilenceWatch::note(const SeriesRef& series, Timestamp at, OriginId origin, bool has_value) {
  Entry& entry = entries_[series->id.value];
  entry.series = series;
  entry.origin = origin;
  entry.last_row = std::max(entry.last_row, at);
  if (!has_value) return;
  entry.period.note(at);
  if (++entry.points >= kMinPoints && !entry.watched) {
    entry.watched = true;
    deadlines_.emplace(deadline(entry), series->id.value);
  }
}

void SilenceWatch::end(SeriesId series) {
  if (const auto found = entries_.find(series.value); found != entries_.end()) {
    found->second.points = 0;
  }
}

void SilenceWatch::collect(Timestamp watermark, const Watermark& origins,
                           std::vector<SeriesPoint>& points) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= watermark) {
    const auto [due, id] = *deadlines_.begin();
    deadlines_.erase(deadlines_.begin());
    Entry& entry = entries_.at(id);
    const Timestamp current = deadline(entry);
    if (current > due) {
      deadlines_.emplace(current, id);
      continue;
    }
    const bool ended = origins.has_ended(entry.origin);
    if (!ended && origins.latest(entry.origin) < due) {  // all of it is silent: ask again later
      deadlines_.emplace(watermark + kMinSilence, id);
      continue;
    }
    entry.watched = false;  // watched again with its next point
    if (ended || entry.points < kMinPoints) continue;
    SeriesPoint point;
    point.series = entry.series;
    point.begin = entry.period.last();
    point.end = point.order = due;
    point.value = kAbsent;
    point.silence = true;
    point.stale = entry.last_row > entry.period.last();
    points.push_back(std::move(point));
  }
}

}  // namespace inkling::detect
