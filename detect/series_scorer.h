#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "core/anomaly.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "core/verdict.h"
#include "detect/anomaly_run.h"
#include "detect/band_detector.h"
#include "detect/count_band.h"
#include "detect/dense_band.h"
#include "detect/options.h"
#include "detect/recent_values.h"
#include "detect/series_control.h"
#include "detect/series_point.h"
#include "detect/shift_watch.h"
#include "detect/stillness.h"
#include "detect/threshold.h"

namespace inkling::detect {

// All the detectors of one series, and the run of anomalous windows it is in. 0.2 KB. Not
// thread-safe: one owner, a shard.
class SeriesScorer {
 public:
  // The control outlives the scorer.
  SeriesScorer(const SeriesInfo& series, const DetectOptions& options,
               const SeriesControl& control = SeriesControl::none());

  // Judges one point; appends what it does to the series' anomaly to `updates`. `options`: as at
  // construction. `recent`: shared by the series of a shard, remembers the point.
  Verdict judge(const SeriesPoint& point, const DetectOptions& options, RecentValues& recent,
                std::vector<AnomalyUpdate>& updates);
  // The same for a tick: of the window of a declared limit that is over now, if there is one.
  std::optional<Verdict> judge_tick(const SeriesPoint& tick, const DetectOptions& options,
                                    const RecentValues& recent,
                                    std::vector<AnomalyUpdate>& updates);
  // What was judged so far was a lesson: what was found in it is forgotten, what was learned stays.
  // A peer's lesson counts for at most half of the confidence.
  void end_lesson(const DetectOptions& options, bool is_own);

  void save(StateWriter& writer) const;
  // Into a scorer just made. What the options have no use for any more is left out: a detector of
  // another kind, a limit nobody declares. `has_history`: `recent` holds what it held.
  void load(StateReader& reader, const DetectOptions& options, bool has_history);

 private:
  // What most series do not have.
  struct Extras {
    std::vector<Threshold> thresholds;
    std::optional<AnomalyRun> run;    // while an anomaly is open
    std::optional<ShiftWatch> shift;  // since something was said, until it is known what it was
    Timestamp climb_said = Timestamp::none();
    bool is_empty() const { return thresholds.empty() && !run && !shift && !climb_said.is_set(); }
  };
  PointJudgement judge_value(const SeriesPoint& point, const DetectOptions& options);
  PointJudgement judge_learned(const SeriesPoint& point, const DetectOptions& options);
  PointJudgement judge_number(const SeriesPoint& point, const DetectOptions& options);
  // What else there is to say of a numeric series: that it stands still, has moved for good, climbs
  // towards its limit, or began anew.
  void judge_shape(const SeriesPoint& point, const BandDetector& band, PointJudgement& judgement);
  void judge_shift(const SeriesPoint& point, const BandDetector& band, PointJudgement& judgement);
  void judge_climb(const SeriesPoint& point, const BandDetector& band, PointJudgement& judgement);
  // What the declared limits say, if any is surer than `best`; its value is the one they looked at.
  PointJudgement judge_limits(const SeriesPoint& point, PointJudgement best);
  void run(const Verdict& verdict, const SeriesPoint& point, const DetectOptions& options,
           const RecentValues& recent, std::vector<AnomalyUpdate>& updates);
  Extras& extras();

  // A numeric series has none until its period is known.
  std::variant<std::monostate, BandDetector, DenseBand, CountBand, RatioBand> detector_;
  std::unique_ptr<Extras> extras_;
  Stillness stillness_;
  RecentValues::Handle latest_ = 0;  // entry of its latest window
  const SeriesControl* control_;
  std::uint32_t seen_ = 0;  // values judged by a band
};

}  // namespace inkling::detect
