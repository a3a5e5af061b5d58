#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/anomaly.h"
#include "core/verdict.h"
#include "detect/adaptive_band.h"
#include "detect/anomaly_run.h"
#include "detect/band_detector.h"
#include "detect/count_band.h"
#include "detect/options.h"
#include "detect/series_control.h"
#include "detect/series_point.h"
#include "detect/threshold.h"

namespace inkling::detect {

// All the detectors of one series, its recent past for plots, and the run of anomalous windows it
// is in. Not thread-safe: one owner, a shard.
class SeriesScorer {
 public:
  // All outlive the scorer.
  SeriesScorer(const SeriesInfo& series, const DetectOptions& options,
               const SeriesControl& control = SeriesControl::none());

  // Judges one point; appends what it does to the series' anomaly to `updates`.
  Verdict judge(const SeriesPoint& point, std::vector<AnomalyUpdate>& updates);
  // The same for a tick: of the window of a declared limit that is over now, if there is one.
  std::optional<Verdict> judge_tick(const SeriesPoint& tick, std::vector<AnomalyUpdate>& updates);
  // What was judged so far was a lesson: what was found in it is forgotten, what was learned stays.
  // A peer's lesson counts for at most half of the confidence.
  void end_lesson(bool is_own);

 private:
  PointJudgement judge_value(const SeriesPoint& point);
  PointJudgement judge_number(const SeriesPoint& point);
  PointJudgement judge_count(const SeriesPoint& point);
  // What the declared limits say, if any is surer than `best`; its value is the one they looked at.
  PointJudgement judge_limits(const SeriesPoint& point, PointJudgement best);
  void remember(const SeriesPoint& point, const PointJudgement& judgement);

  const DetectOptions& options_;
  const SeriesControl& control_;
  std::uint32_t seen_ = 0;                // values judged by a band
  bool is_numeric_ = false;               // neither a count nor a ratio
  std::optional<BandDetector> band_;      // points a minute apart or more
  std::optional<AdaptiveBand> adaptive_;  // denser ones
  std::optional<CountBand> count_;
  std::optional<RatioBand> ratio_;
  std::vector<Threshold> thresholds_;
  std::deque<BandPoint> past_;  // at most options_.history_windows
  AnomalyRun run_;
};

}  // namespace inkling::detect
