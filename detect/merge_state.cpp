#include <algorithm>
#include <string>
#include <utility>

#include "core/event_fields.h"
#include "core/state_fields.h"
#include "detect/merge.h"

namespace inkling::detect {
namespace {

constexpr StateId kSection = state_id("MERG");
constexpr std::uint32_t kVersion = 3;
constexpr std::string_view kNoSeries = "a series that is not in the table";

}  // namespace

void SeriesTable::save(StateWriter& writer) const {
  writer.put_varint(refused_);
  writer.put_varint(series_.size());
  const auto put = [&](const auto& element) { writer.put_series_info(*element.second); };
  if (!writer.is_canonical()) {
    std::for_each(series_.begin(), series_.end(), put);
    return;
  }
  const auto key = [](const auto& element) { return element.first; };
  for (const auto* element : state_detail::sorted_elements(series_, key)) put(*element);
}

void SeriesTable::load(StateReader& reader) {
  refused_ = reader.varint();
  const std::size_t size = reader.count(20);
  for (std::size_t i = 0; i < size && !reader.failed(); ++i) {
    SeriesRef series = reader.series_info();
    if (!reader.failed()) series_.emplace(series->id.value, std::move(series));
  }
}

void SilenceWatch::save(StateWriter& writer) const {
  FieldSaver a(writer);
  writer.put_varint(entries_.size());
  std::vector<std::uint64_t> ids;
  for (const auto& [id, entry] : entries_) ids.push_back(id);
  if (writer.is_canonical()) std::sort(ids.begin(), ids.end());
  for (const std::uint64_t id : ids) a(SeriesId{id}, entries_.at(id));
  a(deadlines_);
}

void SilenceWatch::load(StateReader& reader, const SeriesTable& series) {
  FieldLoader a(reader);
  const std::size_t size = reader.count(1);
  for (std::size_t i = 0; i < size && !reader.failed(); ++i) {
    SeriesId id;
    Entry entry;
    a(id, entry);
    entry.series = series.find(id);
    a.require(entry.series != nullptr, kNoSeries);
    if (!reader.failed()) entries_.emplace(id.value, std::move(entry));
  }
  a(deadlines_);
  for (const auto& [due, id] : deadlines_) a.require(entries_.contains(id), kNoSeries);
}

void AlarmTicks::save(StateWriter& writer) const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, entry] : entries_) {
    if (entry.series) ids.push_back(id);
  }
  if (writer.is_canonical()) std::sort(ids.begin(), ids.end());
  FieldSaver a(writer);
  writer.put_varint(ids.size());
  for (const std::uint64_t id : ids) a(SeriesId{id}, entries_.at(id));
}

void AlarmTicks::load(StateReader& reader, const SeriesTable& series) {
  FieldLoader a(reader);
  const std::size_t size = reader.count(1);
  for (std::size_t i = 0; i < size && !reader.failed(); ++i) {
    SeriesId id;
    Entry saved;
    a(id, saved);
    const SeriesRef known = series.find(id);
    a.require(known != nullptr, kNoSeries);
    if (reader.failed()) return;
    Entry entry = entry_of(known);
    if (!entry.series) continue;
    entry.origin = saved.origin;
    entry.last = saved.last;
    entry.complete = saved.complete;
    // Of rules with another period the next point begins anew.
    if (saved.due.is_set() && saved.due.ns % entry.period.count() == 0) {
      entry.due = saved.due;
      due_.emplace(entry.due, id.value);
    }
    entries_.emplace(id.value, std::move(entry));
  }
}

void Merge::save(StateWriter& writer) const {
  INKLING_CHECK(notes_.empty());  // between epochs
  FieldSaver a(writer);
  writer.begin_section(kSection, kVersion);
  a(watermark_);
  templates_.save(writer);
  a(scopes_);
  series_.save(writer);
  a(rollup_, derived_, sightings_);
  silence_.save(writer);
  ticks_.save(writer);
  writer.put_varint(metrics_.size());
  std::vector<std::uint64_t> ids;
  for (const auto& [id, series] : metrics_) ids.push_back(id);
  if (writer.is_canonical()) std::sort(ids.begin(), ids.end());
  for (const std::uint64_t id : ids) a(SeriesId{id}, metrics_.at(id));
  writer.put_varint(waiting_.size());
  for (const MetricSeries* series : waiting_) a(series->series()->id);
  a(changes_, alarms_, calls_, rule_matches_, frame_lines_, muted_, newcomers_, ledger_);
  shards_.save(writer);
  a(settings_.memory != nullptr);
  if (settings_.memory) writer.put_text(settings_.memory->save());
  writer.end_section();
}

Result<void> Merge::load(StateReader& reader) {
  StateReader::Section section = reader.section(kSection, kVersion);
  StateReader& r = section.content;
  FieldLoader a(r);
  a(watermark_);
  INKLING_TRY(templates_.load(r));
  a(scopes_);
  series_.load(r);
  a(rollup_, derived_, sightings_);
  silence_.load(r, series_);
  ticks_.load(r, series_);
  const std::size_t metrics = r.count(1);
  for (std::size_t i = 0; i < metrics && !r.failed(); ++i) {
    SeriesId id;
    a(id);
    SeriesRef series = series_.find(id);
    a.require(series != nullptr, kNoSeries);
    if (r.failed()) break;
    a(metrics_.try_emplace(id.value, std::move(series), MetricKind::kGauge).first->second);
  }
  const std::size_t waiting = r.count(8);
  for (std::size_t i = 0; i < waiting && !r.failed(); ++i) {
    SeriesId id;
    a(id);
    const auto found = metrics_.find(id.value);
    a.require(found != metrics_.end(), kNoSeries);
    if (!r.failed()) waiting_.push_back(&found->second);
  }
  a(changes_, alarms_, calls_, rule_matches_, frame_lines_, muted_, newcomers_, ledger_);
  shards_.load(r, series_);
  if (r.boolean()) {
    const std::string_view saved = r.text(r.remaining());
    if (settings_.memory && !r.failed()) {
      INKLING_TRY_ASSIGN(*settings_.memory, SeriesMemory::load(saved, "series memory"));
    }
  }
  return r.finish();
}

void Merge::rename_rules(const std::vector<std::string>& saved,
                         const std::vector<ScreenRule>& rules) {
  const std::vector<std::uint64_t> before = std::exchange(rule_matches_, {});
  if (before.empty()) return;
  for (const ScreenRule& rule : rules) {
    const auto at =
        static_cast<std::size_t>(std::find(saved.begin(), saved.end(), rule.name) - saved.begin());
    rule_matches_.push_back(at < before.size() ? before[at] : 0);
  }
}

}  // namespace inkling::detect
