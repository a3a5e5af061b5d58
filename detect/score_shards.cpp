#include "detect/score_shards.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace inkling::detect {
namespace {

// Fewer points are judged on the caller's thread: handing them out costs more.
constexpr std::size_t kWorthSharing = 512;

}  // namespace

ScoreShards::ScoreShards(const DetectOptions& options, Executor& executor,
                         const SeriesMemory* memory)
    : options_(options),
      controls_(*ControlTable::create(options)),
      executor_(executor),
      memory_(memory) {
  for (Shard& shard : shards_) shard.recent = RecentValues(options.history_points / kShards);
}

void ScoreShards::teach(SeriesScorer& scorer, const SeriesPoint& first) const {
  const SeriesMemory::Lesson lesson = memory_->find(*first.series, first.value);
  if (lesson.source == SeriesMemory::Source::kNothing) return;
  std::vector<AnomalyUpdate> nobody;
  RecentValues nothing(0);
  SeriesPoint point;
  point.series = first.series;
  for (const SeriesMemory::Past& past : *lesson.past) {
    point.begin = past.begin;
    point.end = point.order = past.begin + past.length;
    point.period = past.period;
    point.value = past.value;
    point.events = past.events;
    point.hits = past.hits;
    point.expected_share = past.expected_share;
    scorer.judge(point, options_, nothing, nobody);
    nobody.clear();
  }
  scorer.end_lesson(options_, lesson.source == SeriesMemory::Source::kItself);
}

SeriesScorer& ScoreShards::scorer_of(Shard& shard, const SeriesPoint& point) {
  const SeriesInfo& series = *point.series;
  const auto found = shard.scorers.find(series.id.value);
  if (found != shard.scorers.end()) return found->second;
  SeriesScorer& scorer =
      shard.scorers.try_emplace(series.id.value, series, options_, controls_.resolve(series))
          .first->second;
  if (memory_) teach(scorer, point);
  return scorer;
}

void ScoreShards::judge_shard(Shard& shard, bool keep_verdicts) {
  shard.verdicts.clear();
  shard.updates.clear();
  for (const SeriesPoint* point : shard.points) {
    SeriesScorer& scorer = scorer_of(shard, *point);
    if (!point->tick) {
      Verdict verdict = scorer.judge(*point, options_, shard.recent, shard.updates);
      if (keep_verdicts) shard.verdicts.push_back(std::move(verdict));
    } else if (auto verdict = scorer.judge_tick(*point, options_, shard.recent, shard.updates)) {
      if (keep_verdicts) shard.verdicts.push_back(std::move(*verdict));
    }
  }
}

void ScoreShards::judge(std::vector<SeriesPoint>& points, bool keep_verdicts,
                        std::vector<Verdict>& verdicts, std::vector<AnomalyUpdate>& updates) {
  std::stable_sort(points.begin(), points.end(), [](const SeriesPoint& a, const SeriesPoint& b) {
    return std::tie(a.order, a.series->id) < std::tie(b.order, b.series->id);
  });
  for (Shard& shard : shards_) shard.points.clear();
  for (const SeriesPoint& point : points) {
    shards_[point.series->id.value % kShards].points.push_back(&point);
  }
  if (points.size() < kWorthSharing) {
    for (Shard& shard : shards_) judge_shard(shard, keep_verdicts);
  } else {
    executor_.parallel_for(kShards, [&](std::size_t i) { judge_shard(shards_[i], keep_verdicts); });
  }
  const auto first_verdict = static_cast<std::ptrdiff_t>(verdicts.size());
  const auto first_update = static_cast<std::ptrdiff_t>(updates.size());
  for (Shard& shard : shards_) {
    std::move(shard.verdicts.begin(), shard.verdicts.end(), std::back_inserter(verdicts));
    std::move(shard.updates.begin(), shard.updates.end(), std::back_inserter(updates));
  }
  std::stable_sort(verdicts.begin() + first_verdict, verdicts.end(),
                   [](const Verdict& a, const Verdict& b) {
                     return std::tie(a.end, a.series->id) < std::tie(b.end, b.series->id);
                   });
  std::stable_sort(updates.begin() + first_update, updates.end(),
                   [](const AnomalyUpdate& a, const AnomalyUpdate& b) {
                     return std::tie(a.time, a.anomaly.series->id) <
                            std::tie(b.time, b.anomaly.series->id);
                   });
}

std::size_t ScoreShards::series() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) total += shard.scorers.size();
  return total;
}

}  // namespace inkling::detect
