#include "detect/series_scorer.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

// New templates: an error is worth more than a warning.
constexpr double kNewErrorScore = 0.75;
constexpr double kNewWarningScore = 0.55;
constexpr double kSilenceScore = 0.6;
// Standing still is just worth telling, a limit soon reached a little more.
constexpr double kStillScore = 0.5;
constexpr double kClimbScore = 0.55;
// A limit that is further away is not told; neither is the same one twice within this.
constexpr Duration kSoon = std::chrono::hours(12);
// Series with windows well below a minute are judged by what lasts, not by single windows. A period
// that wavers between the two limits changes nothing.
constexpr Duration kDense = std::chrono::seconds(40);
constexpr Duration kSparse = std::chrono::seconds(50);
// Larger numbers are judged as this one, so that no square or sum overflows.
constexpr double kLargest = 1e30;

PointJudgement fixed_judgement(VerdictKind kind, double score) {
  PointJudgement judgement;
  judgement.kind = kind;
  judgement.raw = judgement.score = score;
  judgement.gate = Gate::kPassed;
  return judgement;
}

Verdict make_verdict(const SeriesPoint& point, const PointJudgement& judgement) {
  Verdict verdict;
  verdict.series = point.series;
  verdict.begin = point.begin;
  verdict.end = point.end;
  verdict.value = std::isnan(judgement.judged) ? point.value : judgement.judged;
  verdict.low = judgement.low;
  verdict.high = judgement.high;
  verdict.raw = judgement.raw;
  verdict.score = judgement.score;
  verdict.confidence = judgement.confidence;
  verdict.kind = judgement.kind;
  verdict.gate = judgement.gate;
  verdict.limit_at = judgement.limit_at;
  verdict.anomalous = judgement.score >= 0.5;
  verdict.position = point.position;
  return verdict;
}

// What the series cannot exceed; NaN = not known.
double limit_of(const SeriesInfo& series, const SeriesControl& control) {
  if (std::isfinite(control.range_high)) return control.range_high;
  const bool is_percent = series.unit == "%" || series.unit == "percent" ||
                          series.unit == "Percent" || series.name.ends_with("_percent") ||
                          series.name.ends_with("_pct");
  return is_percent ? 100.0 : kAbsent;
}

}  // namespace

SeriesScorer::SeriesScorer(const SeriesInfo& series, const DetectOptions& options,
                           const SeriesControl& control)
    : control_(&control) {
  switch (series.kind) {
    case SeriesKind::kMetric:
    case SeriesKind::kLatency:
      break;
    case SeriesKind::kLogRate:
    case SeriesKind::kTemplateCount:
      detector_.emplace<CountBand>(options.count);
      break;
    case SeriesKind::kErrorRatio:
      detector_.emplace<RatioBand>(options.count);
      break;
  }
  for (const ThresholdRule& rule : options.thresholds) {
    if (matches(rule, series)) extras().thresholds.emplace_back(rule);
  }
}

SeriesScorer::Extras& SeriesScorer::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

PointJudgement SeriesScorer::judge_number(const SeriesPoint& point, const DetectOptions& options) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kBand;
  judgement.gate = Gate::kWarmUp;
  if (point.period.count() <= 0) return judgement;  // not known before five steps
  const double value = std::clamp(point.value, -kLargest, kLargest);
  const bool is_dense = std::holds_alternative<DenseBand>(detector_);
  if (point.period < (is_dense ? kSparse : kDense)) {
    if (!is_dense) detector_.emplace<DenseBand>(options.band);
    return std::get<DenseBand>(detector_).judge(point.begin, value);
  }
  if (!std::holds_alternative<BandDetector>(detector_)) {
    detector_.emplace<BandDetector>(options.band);
  }
  auto& band = std::get<BandDetector>(detector_);
  judgement = band.judge(point.begin, value, point.period);
  judge_shape(point, band, judgement);
  return judgement;
}

void SeriesScorer::judge_shape(const SeriesPoint& point, const BandDetector& band,
                               PointJudgement& judgement) {
  const VerdictKind still = stillness_.note(point.value, point.period);
  judge_shift(point, band, judgement);
  judge_climb(point, band, judgement);
  if (judgement.score >= 0.5 || judgement.gate == Gate::kShifted) return;
  if (still != VerdictKind::kNone) {
    judgement.kind = still;
    judgement.score = kStillScore;
    judgement.gate = Gate::kPassed;
  } else if (point.reset) {
    judgement.kind = VerdictKind::kCounterReset;  // to be known, not to be told
  }
}

void SeriesScorer::judge_shift(const SeriesPoint& point, const BandDetector& band,
                               PointJudgement& judgement) {
  const bool is_followed = extras_ && extras_->shift;
  if (!is_followed) {
    if (judgement.gate != Gate::kPassed) return;
    const double usual = band.usual_at(point.begin);
    const double before = std::isfinite(usual) ? usual : judgement.expected;
    const double reach = (judgement.high - judgement.low) / 2;
    extras().shift.emplace(before, reach, point.value);
    return;
  }
  ShiftWatch& shift = *extras_->shift;
  const double usual = band.usual_at(point.begin);
  const double expected = std::isfinite(usual) ? usual : shift.before();
  const bool is_inside = point.value >= judgement.low && point.value <= judgement.high;
  switch (shift.note(point.value, expected, is_inside, point.period)) {
    case ShiftWatch::Finding::kNone:
      return;
    case ShiftWatch::Finding::kShifted:
      judgement.kind = VerdictKind::kLevelShift;
      judgement.gate = Gate::kShifted;
      judgement.expected = shift.before();
      judgement.low = shift.before() - shift.reach();
      judgement.high = shift.before() + shift.reach();
      return;
    case ShiftWatch::Finding::kAdapted:
      judgement.kind = VerdictKind::kLevelShift;
      judgement.gate = Gate::kAdapted;
      break;
    case ShiftWatch::Finding::kBack:
      break;
  }
  extras_->shift.reset();
  if (extras_->is_empty()) extras_.reset();
}

void SeriesScorer::judge_climb(const SeriesPoint& point, const BandDetector& band,
                               PointJudgement& judgement) {
  const double slope = band.climb(point.value);
  if (slope <= 0) return;
  const double limit = limit_of(*point.series, *control_);
  const double points_left = (limit - point.value) / slope;
  const auto period = static_cast<double>(point.period.count());
  if (!(points_left > 0 && points_left * period < static_cast<double>(kSoon.count()))) return;
  Extras& extra = extras();
  if (extra.climb_said.is_set() && point.begin < extra.climb_said + kSoon) return;
  extra.climb_said = point.begin;
  judgement.kind = VerdictKind::kExhaustion;
  judgement.limit_at = point.begin + Duration(static_cast<std::int64_t>(points_left * period));
  judgement.score = std::max(judgement.score, kClimbScore);
  judgement.gate = Gate::kPassed;
}

PointJudgement SeriesScorer::judge_learned(const SeriesPoint& point, const DetectOptions& options) {
  if (auto* ratio = std::get_if<RatioBand>(&detector_)) {
    return ratio->judge(static_cast<double>(point.hits), static_cast<double>(point.events));
  }
  auto* count = std::get_if<CountBand>(&detector_);
  if (count == nullptr) return judge_number(point, options);
  PointJudgement judgement =
      count->judge(static_cast<double>(point.events), point.expected_share, point.mature);
  // The band is in events per window; the value may be a rate.
  const double scale = point.events > 0 ? point.value / static_cast<double>(point.events) : 0;
  judgement.low *= scale;
  judgement.high *= scale;
  judgement.expected *= scale;
  return judgement;
}

PointJudgement SeriesScorer::judge_value(const SeriesPoint& point, const DetectOptions& options) {
  if (point.silence) {
    return fixed_judgement(point.stale ? VerdictKind::kStale : VerdictKind::kSilence,
                           kSilenceScore);
  }
  if (point.is_new) {
    return fixed_judgement(VerdictKind::kNewTemplate,
                           point.hits > 0 ? kNewErrorScore : kNewWarningScore);
  }
  if (!std::isfinite(point.value)) {
    PointJudgement none;
    none.gate = Gate::kNoValue;
    return none;
  }
  PointJudgement best;
  if (!control_->in_range(point.value)) {  // nothing is learned from what cannot be
    best = judge_range(*control_);
  } else {
    const bool is_count = std::holds_alternative<CountBand>(detector_) ||
                          std::holds_alternative<RatioBand>(detector_);
    best = apply_control(*control_, judge_learned(point, options), point.value);
    ++seen_;
    const auto half = static_cast<float>(is_count ? options.count.warm_up : options.band.warm_up);
    best.confidence = static_cast<float>(seen_) / (static_cast<float>(seen_) + half);
  }
  return extras_ && !extras_->thresholds.empty() ? judge_limits(point, best) : best;
}

PointJudgement SeriesScorer::judge_limits(const SeriesPoint& point, PointJudgement best) {
  // How many samples a value stands for; a rate or count stands for itself.
  const bool is_count = std::holds_alternative<CountBand>(detector_);
  const double weight =
      is_count ? 1.0 : static_cast<double>(std::max<std::uint64_t>(1, point.events));
  for (Threshold& threshold : extras_->thresholds) {
    ThresholdJudgement said = threshold.judge(point.begin, point.value, weight);
    if (said.judgement.score <= best.score) continue;
    said.judgement.judged = said.value;
    best = said.judgement;
  }
  return best;
}

std::optional<Verdict> SeriesScorer::judge_tick(const SeriesPoint& tick,
                                                const DetectOptions& options,
                                                const RecentValues& recent,
                                                std::vector<AnomalyUpdate>& updates) {
  if (!extras_) return std::nullopt;
  std::optional<ThresholdJudgement> best;
  for (Threshold& threshold : extras_->thresholds) {
    const ThresholdJudgement said = threshold.advance(tick.begin);
    if (said.closed && (!best || said.judgement.score > best->judgement.score)) best = said;
  }
  if (!best) return std::nullopt;
  SeriesPoint window = tick;
  window.begin = best->begin;
  window.end = best->end;
  window.value = best->value;
  const Verdict verdict = make_verdict(window, best->judgement);
  run(verdict, window, options, recent, updates);
  return verdict;
}

void SeriesScorer::end_lesson(const DetectOptions& options, bool is_own) {
  latest_ = 0;
  if (extras_) {
    extras_->run.reset();
    extras_->shift.reset();
    for (Threshold& threshold : extras_->thresholds) threshold = Threshold(threshold.rule());
    if (extras_->is_empty()) extras_.reset();
  }
  const bool is_count =
      std::holds_alternative<CountBand>(detector_) || std::holds_alternative<RatioBand>(detector_);
  if (!is_own) seen_ = std::min(seen_, is_count ? options.count.warm_up : options.band.warm_up);
}

void SeriesScorer::run(const Verdict& verdict, const SeriesPoint& point,
                       const DetectOptions& options, const RecentValues& recent,
                       std::vector<AnomalyUpdate>& updates) {
  const bool is_open = extras_ && extras_->run;
  if (!verdict.anomalous && !is_open) return;
  if (!is_open) extras().run.emplace(options.quiet_windows);
  extras_->run->take(
      verdict, point, [&] { return recent.last(latest_, options.history_windows); }, updates);
  if (extras_->run->is_open()) return;
  extras_->run.reset();
  if (extras_->is_empty()) extras_.reset();
}

Verdict SeriesScorer::judge(const SeriesPoint& point, const DetectOptions& options,
                            RecentValues& recent, std::vector<AnomalyUpdate>& updates) {
  const PointJudgement judgement = judge_value(point, options);
  const Verdict verdict = make_verdict(point, judgement);
  run(verdict, point, options, recent, updates);
  if (options.history_windows > 0 && !point.silence && !point.is_new) {
    latest_ = recent.add(latest_, {point.begin, point.value, judgement.low, judgement.high});
  }
  return verdict;
}

}  // namespace inkling::detect
