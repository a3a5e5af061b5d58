#pragma once

#include <array>
#include <unordered_map>
#include <vector>

#include "core/executor.h"
#include "core/verdict.h"
#include "detect/options.h"
#include "detect/series_control.h"
#include "detect/series_memory.h"
#include "detect/series_point.h"
#include "detect/series_scorer.h"
#include "detect/series_table.h"

namespace inkling::detect {

// All series' detectors, split into a constant number of shards by series id, so that scoring can
// fan out and the result does not depend on the number of threads. Not thread-safe: one owner.
class ScoreShards {
 public:
  // Both outlive this. The options must be such as ControlTable::create() takes.
  // `memory`: what new series learn from before their first point; null = nothing. Outlives this.
  ScoreShards(const DetectOptions& options, Executor& executor,
              const SeriesMemory* memory = nullptr);

  // Judges the points, each series' in the order given. Appends the verdicts (if `keep_verdicts`)
  // by (end, series id) and the anomaly updates by (time, series id).
  void judge(std::vector<SeriesPoint>& points, bool keep_verdicts, std::vector<Verdict>& verdicts,
             std::vector<AnomalyUpdate>& updates);

  std::size_t series() const;

  void save(StateWriter& writer) const;
  // `series` knows all that were judged.
  void load(StateReader& reader, const SeriesTable& series);

 private:
  static constexpr std::size_t kShards = 16;
  struct Shard {
    std::unordered_map<std::uint64_t, SeriesScorer> scorers;
    RecentValues recent{0};
    std::vector<const SeriesPoint*> points;
    std::vector<Verdict> verdicts;
    std::vector<AnomalyUpdate> updates;
  };
  SeriesScorer& scorer_of(Shard& shard, const SeriesPoint& point);
  void teach(SeriesScorer& scorer, const SeriesPoint& first) const;
  void judge_shard(Shard& shard, bool keep_verdicts);

  const DetectOptions& options_;
  const ControlTable controls_;
  Executor& executor_;
  const SeriesMemory* memory_;
  std::array<Shard, kShards> shards_;
};

}  // namespace inkling::detect
