#include "detect/merge.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "core/series_end.h"

namespace inkling::detect {
namespace {

// Each template is seen by few (service, version) pairs: what the rollup remembers of first
// records.
constexpr std::size_t kKnownPerTemplate = 8;

}  // namespace

Merge::Merge(const DetectOptions& options, Screen screen, Executor& executor,
             const MergeSettings& settings)
    : options_(options),
      settings_(settings),
      screen_(std::move(screen)),
      watermark_(settings.until.is_set() ? Duration(0) : options.lateness),
      templates_(options.templates),
      scopes_(options_, [this](std::string_view name) { return screen_.redact(name); }),
      series_(options.max_series),
      newcomers_(options.templates.max_per_service),
      rollup_(scopes_, templates_, std::size_t{options.templates.max_templates} * kKnownPerTemplate,
              &newcomers_),
      derived_(scopes_, templates_, series_, options.new_template.warm_up),
      sightings_(options.new_template, scopes_, templates_, series_),
      ticks_(options_),
      shards_(options_, executor, settings.memory) {}

void Merge::count_lines(const Batch& batch, const Digest& digest) {
  if (batch.chunk.begins_frame && batch.chunk.header.format != Format::kTick) ++ledger_.frames;
  ledger_.bytes += batch.bytes().size();
  ledger_.lines += batch.lines;
  ledger_.extra += batch.extra_events;
  ledger_.empty += batch.empty_lines;
  ledger_.joined += batch.joined_lines;
  ledger_.header += batch.header_lines;
  for (const BrokenLine& line : batch.broken)
    ++ledger_.broken[static_cast<std::size_t>(line.reason)];
  ledger_.screened += digest.screened;
  rule_matches_.resize(std::max(rule_matches_.size(), digest.rule_matches.size()));
  for (std::size_t rule = 0; rule < digest.rule_matches.size(); ++rule) {
    rule_matches_[rule] += digest.rule_matches[rule];
  }
  ledger_.time_clamped += digest.time_clamped;
  ledger_.events += batch.changes.size() + batch.alarms.size() + batch.span_lines;
}

void Merge::keep_lines(const Batch& batch, const Digest& digest) {
  for (std::size_t i = 0; i < batch.logs.size(); ++i) {
    const std::uint64_t skeleton = digest.log_skeletons[i];
    if (skeleton == 0) continue;
    TemplateLine line;
    line.position = batch.chunk.header.position;
    line.position.record = frame_lines_ + batch.logs[i].record;
    line.skeleton = skeleton;
    line.arrival = templates_.meet(skeleton, batch.logs[i].message).id;
    lines_.push_back(line);
  }
}

MetricSeries* Merge::series_of(const MetricPoint& point, const Batch& batch, SeriesId id) {
  if (const auto found = metrics_.find(id.value); found != metrics_.end()) return &found->second;
  SeriesRef series =
      series_.find_or_make(id, [&] { return metric_series_info(point, batch.labels, screen_); });
  if (!series) return nullptr;
  return &metrics_.try_emplace(id.value, std::move(series), point.kind).first->second;
}

void Merge::add_points(const Batch& batch, const Digest& digest, Timestamp missing) {
  for (std::size_t i = 0; i < batch.points.size(); ++i) {
    const MetricPoint& point = batch.points[i];
    MetricSeries* series = series_of(point, batch, SeriesId{digest.point_series[i]});
    if (!series) {
      ++ledger_.other;
      continue;
    }
    Position position = batch.chunk.header.position;
    position.record = frame_lines_ + point.record;
    if (!point.time.is_set()) ++ledger_.time_missing;
    const Timestamp time = point.time.is_set() ? point.time : missing;
    if (!series->has_pending()) waiting_.push_back(series);
    if (series->add(time, point.value, position, batch.chunk.header.origin)) {
      ++ledger_.points;
    } else {
      ++ledger_.late;
    }
  }
}

void Merge::keep_rare(const Batch& batch, Timestamp missing) {
  const auto keep = [&](const auto& events, auto& pending) {
    for (const auto& event : events) {
      pending.push_back(event);
      if (!event.time.is_set()) pending.back().time = missing;
    }
  };
  keep(batch.changes, changes_);
  keep(batch.alarms, alarms_);
  keep(batch.calls, calls_);
}

void Merge::add(const Batch& batch, const Digest& digest) {
  if (batch.chunk.begins_frame) frame_lines_ = 0;
  const FrameHeader& header = batch.chunk.header;
  // The time of what carries none: where its origin was when the epoch began, so that batch sizes
  // change nothing.
  Timestamp missing = header.arrival.is_set() ? header.arrival : watermark_.latest(header.origin);
  if (!missing.is_set()) missing = kUnknownTime;
  count_lines(batch, digest);
  if (settings_.keep_lines) keep_lines(batch, digest);
  const Rollup::Added added = rollup_.add(batch, digest, missing, frame_lines_);
  ledger_.counted += added.counted;
  ledger_.other += added.other;
  ledger_.late += added.late;
  ledger_.time_missing += added.time_missing;
  add_points(batch, digest, missing);
  keep_rare(batch, missing);
  peers_.add(
      batch, digest, missing, [this](std::string_view name) { return screen_.redact(name); },
      calls_);
  frame_lines_ += batch.lines;
  Watermark::Note note;
  note.origin = header.origin;
  note.latest = batch.max_time;
  note.arrival = header.arrival;
  note.horizon = batch.chunk.horizon;
  note.is_tick = header.format == Format::kTick;
  note.ends_origin = batch.chunk.ends_origin;
  notes_.push_back(note);
}

EpochResult Merge::end_epoch() {
  for (const Watermark::Note& note : notes_) watermark_.note(note);
  notes_.clear();
  Timestamp limit = watermark_.current();
  if (settings_.until.is_set()) limit = std::min(limit, settings_.until);
  return close(limit, limit);
}

EpochResult Merge::finish() {
  for (const Watermark::Note& note : notes_) watermark_.note(note);
  notes_.clear();
  Timestamp limit = kEndOfTime;
  Timestamp watermark = std::max(watermark_.latest(), watermark_.current());
  if (settings_.until.is_set()) {
    limit = settings_.until;
    watermark = std::min(watermark, settings_.until);
  }
  EpochResult result = close(limit, watermark);
  result.final = true;
  return result;
}

template <class Event>
void Merge::release_rare(std::vector<Event>& pending, Timestamp limit, std::vector<Event>& out) {
  const auto kept = std::stable_partition(pending.begin(), pending.end(),
                                          [&](const Event& event) { return event.time > limit; });
  std::move(kept, pending.end(), std::back_inserter(out));
  pending.erase(kept, pending.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
}

void Merge::close_slots(Timestamp close_limit, EpochResult& result,
                        std::vector<SeriesPoint>& points) {
  ClosedSlot slot;
  while (rollup_.close_next(close_limit, slot)) {
    const std::size_t first = points.size();
    derived_.derive(slot, points, result.counts);
    sightings_.note(slot, result.sightings, points);
    std::unordered_map<std::string_view, OriginId> origins;
    for (const ScopeTotals& totals : slot.scopes) {
      origins[scopes_.at(totals.scope).service] = totals.origin;
    }
    if (slot.slot == slot_of(kUnknownTime)) continue;
    for (std::size_t i = first; i < points.size(); ++i) {
      const OriginId origin = origins[points[i].series->service];
      ticks_.note(points[i], origin);
      if (points[i].series->kind != SeriesKind::kLogRate) continue;
      silence_.note(points[i].series, points[i].begin, origin);
    }
  }
}

void Merge::release_metrics(Timestamp close_limit, std::vector<SeriesPoint>& points) {
  std::erase_if(waiting_, [&](MetricSeries* series) {
    const std::size_t first = points.size();
    series->release(close_limit, points);
    for (std::size_t i = first; i < points.size(); ++i) {
      if (ends_series(points[i].value)) {
        silence_.end(points[i].series->id);
      } else {
        silence_.note(points[i].series, points[i].begin, series->origin(),
                      std::isfinite(points[i].value));
      }
      ticks_.note(points[i], series->origin());
    }
    return !series->has_pending();
  });
}

void Merge::mute(EpochResult& result) {
  const auto is_muted = [&](TemplateId id, Timestamp time) {
    const Timestamp until = templates_.said_of(id).muted_until;
    return until.is_set() && time < until;
  };
  muted_ += std::erase_if(result.anomalies, [&](const AnomalyUpdate& update) {
    const SeriesInfo& series = *update.anomaly.series;
    return series.kind == SeriesKind::kTemplateCount &&
           is_muted(series.template_id, update.anomaly.onset);
  });
  std::erase_if(result.sightings, [&](const TemplateSighting& sighting) {
    return is_muted(sighting.id, sighting.time);
  });
}

EpochResult Merge::close(Timestamp close_limit, Timestamp watermark) {
  peers_.end_epoch();
  newcomers_.end_epoch();
  EpochResult result;
  result.watermark = watermark;
  std::vector<SeriesPoint> points;
  close_slots(close_limit, result, points);
  release_metrics(close_limit, points);
  silence_.collect(watermark, watermark_, points);
  ticks_.collect(watermark, watermark_, points);
  shards_.judge(points, settings_.keep_verdicts, result.verdicts, result.anomalies);
  if (!options_.templates.rules.empty()) mute(result);
  if (settings_.memory) settings_.memory->take(points);
  std::stable_sort(result.sightings.begin(), result.sightings.end(),
                   [](const TemplateSighting& a, const TemplateSighting& b) {
                     return std::tie(a.time, a.id) < std::tie(b.time, b.id);
                   });
  release_rare(changes_, close_limit, result.changes);
  release_rare(alarms_, close_limit, result.alarms);
  release_rare(calls_, close_limit, result.calls);
  return result;
}

Merge::Fill Merge::fill() const {
  Fill fill;
  fill.series = series_.size();
  fill.templates = templates_.size();
  fill.skeletons = templates_.skeletons();
  fill.muted = muted_;
  fill.flooding_services = newcomers_.flooding();
  fill.open_slots = rollup_.open_slots();
  fill.capped_names = scopes_.capped();
  fill.refused_series = series_.refused();
  return fill;
}

}  // namespace inkling::detect
