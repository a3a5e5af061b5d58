#include "detect/history_builder.h"

#include <algorithm>

namespace inkling::detect {
namespace {

constexpr std::size_t kMostKnown = 1'000'000;

}  // namespace

HistoryBuilder::HistoryBuilder(const DetectOptions& options, Screen screen,
                               TemplateTable& templates)
    : options_(options),
      screen_(std::move(screen)),
      templates_(templates),
      scopes_(options_, [this](std::string_view name) { return screen_.redact(name); }),
      series_(options.max_series),
      rollup_(scopes_, templates_, kMostKnown, nullptr),
      derived_(scopes_, templates_, series_, options.new_template.warm_up) {}

void HistoryBuilder::add_points(const Batch& batch, const Digest& digest) {
  for (std::size_t i = 0; i < batch.points.size(); ++i) {
    const MetricPoint& point = batch.points[i];
    const Timestamp time = point.time.is_set() ? point.time : batch.chunk.header.arrival;
    if (!time.is_set()) continue;
    const SeriesId id{digest.point_series[i]};
    auto found = metrics_.find(id.value);
    if (found == metrics_.end()) {
      SeriesRef series = series_.find_or_make(
          id, [&] { return metric_series_info(point, batch.labels, screen_); });
      if (!series) continue;
      found = metrics_.try_emplace(id.value, std::move(series), point.kind).first;
    }
    Position position = batch.chunk.header.position;
    position.record = frame_lines_ + point.record;
    found->second.add(time, point.value, position, batch.chunk.header.origin);
  }
}

void HistoryBuilder::add(const Batch& batch, const Digest& digest, std::uint64_t bytes) {
  if (batch.chunk.begins_frame) {
    ++frames_;
    frame_lines_ = 0;
  }
  bytes_ += bytes;
  records_ += batch.lines;
  const Timestamp arrival = batch.chunk.header.arrival;
  rollup_.add(batch, digest, arrival.is_set() ? arrival : kUnknownTime, frame_lines_);
  add_points(batch, digest);
  frame_lines_ += batch.lines;
  peers_.add(
      batch, digest, arrival.is_set() ? arrival : kUnknownTime,
      [this](std::string_view name) { return screen_.redact(name); }, calls_);
  calls_.insert(calls_.end(), batch.calls.begin(), batch.calls.end());
}

void HistoryBuilder::collect_templates(const ClosedSlot& slot) {
  const auto history_of = [&](std::uint64_t skeleton, std::uint32_t scope_number,
                              Level level) -> TemplateHistory& {
    const ScopeTable::Scope& scope = scopes_.at(scope_number);
    const TemplateId id = templates_.current(skeleton);
    TemplateHistory& history = template_history_[{scope.service, id.value, scope.version, level}];
    if (history.count == 0 && history.slots.empty()) {
      history.id = id;
      history.service = scope.service;
      history.version = scope.version;
      history.level = level;
    }
    return history;
  };
  for (const FirstSeen& seen : slot.first_seen) {
    TemplateHistory& history = history_of(seen.skeleton, seen.scope, seen.level);
    if (history.exemplar.empty()) {
      history.exemplar = seen.exemplar;
      history.first_position = seen.position;
      history.first = seen.time;
    }
  }
  for (const TemplateTotals& totals : slot.templates) {
    TemplateHistory& history = history_of(totals.skeleton, totals.scope, totals.level);
    history.count += totals.count;
    if (!history.first.is_set()) history.first = slot_begin(slot.slot);
    history.last = slot_begin(slot.slot + 1);
    if (!history.slots.empty() && history.slots.back().first == slot.slot) {
      history.slots.back().second += static_cast<std::uint32_t>(totals.count);
    } else {
      history.slots.emplace_back(slot.slot, static_cast<std::uint32_t>(totals.count));
    }
  }
}

History HistoryBuilder::finish(TimeRange range) {
  History history;
  history.range = range;
  history.frames = frames_;
  history.bytes = bytes_;
  history.records = records_;
  std::vector<SeriesPoint> points;
  ClosedSlot slot;
  while (rollup_.close_next(kEndOfTime, slot)) {
    if (!range.contains(slot_begin(slot.slot))) continue;
    derived_.derive(slot, points, history.counts);
    collect_templates(slot);
  }
  for (auto& [id, series] : metrics_) series.release(kEndOfTime, points);
  std::map<SeriesId, SeriesHistory> by_series;
  for (const SeriesPoint& point : points) {
    if (point.series->kind == SeriesKind::kTemplateCount || !range.contains(point.begin)) continue;
    SeriesHistory& series = by_series[point.series->id];
    series.series = point.series;
    series.points.emplace_back(point.begin, point.value);
  }
  for (auto& [id, series] : by_series) {
    std::stable_sort(series.points.begin(), series.points.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    PeriodEstimate period;
    for (const auto& [time, value] : series.points) period.note(time);
    series.period = period.period();
    history.series.push_back(std::move(series));
  }
  for (auto& [key, seen] : template_history_) {
    const Timestamp muted_until = templates_.said_of(seen.id).muted_until;
    if (muted_until.is_set() && seen.first < muted_until) continue;
    seen.text = templates_.text(seen.id);
    history.templates.push_back(std::move(seen));
  }
  for (Call& call : calls_) {
    if (range.contains(call.time)) history.calls.push_back(std::move(call));
  }
  return history;
}

}  // namespace inkling::detect
