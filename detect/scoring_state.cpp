#include <algorithm>
#include <string>
#include <utility>

#include "core/event_fields.h"
#include "core/hash.h"
#include "core/state_fields.h"
#include "detect/score_shards.h"
#include "detect/series_scorer.h"

namespace inkling::detect {
namespace {

// Names a limit by what it says: it is the same one in another configuration that says the same.
std::uint64_t key_of(const ThresholdRule& rule) {
  StateWriter w;
  for (const std::string* text : {&rule.name, &rule.series, &rule.service}) w.put_text(*text);
  for (const std::string& label : rule.labels) w.put_text(label);
  w.put_double(rule.limit);
  w.put_signed(rule.period.count());
  for (const std::uint64_t number :
       {std::uint64_t{rule.windows}, std::uint64_t{rule.out_of},
        static_cast<std::uint64_t>(rule.comparison), static_cast<std::uint64_t>(rule.statistic),
        static_cast<std::uint64_t>(rule.missing)}) {
    w.put_varint(number);
  }
  return hash_bytes(w.take());
}

ShiftWatch no_shift() { return ShiftWatch(0, 0, 0); }

}  // namespace

void SeriesScorer::save(StateWriter& writer) const {
  FieldSaver a(writer);
  writer.put_byte(static_cast<std::uint8_t>(detector_.index()));
  std::visit(
      [&](const auto& detector) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(detector)>, std::monostate>)
          a(detector);
      },
      detector_);
  a(stillness_, latest_, seen_, extras_ != nullptr);
  if (!extras_) return;
  writer.put_varint(extras_->thresholds.size());
  for (const Threshold& threshold : extras_->thresholds) {
    writer.put_u64(key_of(threshold.rule()));
    a(threshold);
  }
  a.made(extras_->run, 0);
  a.made(extras_->shift, 0);
  a(extras_->climb_said);
}

void SeriesScorer::load(StateReader& reader, const DetectOptions& options, bool has_history) {
  FieldLoader a(reader);
  const std::size_t before = detector_.index();
  const std::uint8_t index = reader.byte();
  if (index == 1) {
    detector_.emplace<BandDetector>(options.band);
  } else if (index == 2) {
    detector_.emplace<DenseBand>(options.band);
  }
  const bool is_numeric = before == 0 && index <= 2;
  a.require(is_numeric || index == before, "a detector of another kind");
  if (reader.failed()) return;
  std::visit(
      [&](auto& detector) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(detector)>, std::monostate>)
          a(detector);
      },
      detector_);
  bool has_extras = false;
  a(stillness_, latest_, seen_, has_extras);
  if (!has_history) latest_ = 0;
  if (!has_extras) return;
  std::vector<Threshold*> left;
  for (Threshold& threshold : extras().thresholds) left.push_back(&threshold);
  const std::size_t thresholds = reader.count(1);
  for (std::size_t i = 0; i < thresholds && !reader.failed(); ++i) {
    static const ThresholdRule kNobodys;
    Threshold unknown(kNobodys);
    const std::uint64_t key = reader.u64();
    const auto found = std::find_if(left.begin(), left.end(), [&](const Threshold* threshold) {
      return key_of(threshold->rule()) == key;
    });
    a(found == left.end() ? unknown : **found);
    if (found != left.end()) left.erase(found);
  }
  a.made(extras_->run, [&] { return AnomalyRun(options.quiet_windows); });
  a.made(extras_->shift, no_shift);
  a(extras_->climb_said);
  if (extras_->run) a.require(extras_->run->is_open(), "a run without an anomaly");
  if (extras_->is_empty()) extras_.reset();
}

void ScoreShards::save(StateWriter& writer) const {
  const StateWriter::Order order =
      writer.is_canonical() ? StateWriter::Order::kCanonical : StateWriter::Order::kFast;
  std::array<std::string, kShards> saved;
  executor_.parallel_for(kShards, [&](std::size_t i) {
    const Shard& shard = shards_[i];
    StateWriter w(order);
    FieldSaver a(w);
    a(shard.recent);
    std::vector<std::uint64_t> ids;
    for (const auto& [id, scorer] : shard.scorers) ids.push_back(id);
    if (w.is_canonical()) std::sort(ids.begin(), ids.end());
    w.put_varint(ids.size());
    for (const std::uint64_t id : ids) {
      w.put_u64(id);
      shard.scorers.at(id).save(w);
    }
    saved[i] = w.take();
  });
  for (const std::string& shard : saved) writer.put_text(shard);
}

void ScoreShards::load(StateReader& reader, const SeriesTable& series) {
  for (Shard& shard : shards_) {
    StateReader r(reader.text(reader.remaining()), "shard");
    FieldLoader a(r);
    a(shard.recent);
    const std::size_t scorers = r.count(8);
    for (std::size_t i = 0; i < scorers && !r.failed(); ++i) {
      const std::uint64_t id = r.u64();
      const SeriesRef known = series.find(SeriesId{id});
      a.require(known != nullptr, "a series that is not in the table");
      if (r.failed()) break;
      const auto at = shard.scorers.try_emplace(id, *known, options_, controls_.resolve(*known));
      a.require(at.second, "a series twice");
      at.first->second.load(r, options_, !shard.recent.is_empty());
    }
    if (const auto done = r.finish(); !done) reader.refuse(done.error().message);
    if (reader.failed()) return;
  }
}

}  // namespace inkling::detect
