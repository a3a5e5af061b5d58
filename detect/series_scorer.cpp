#include "detect/series_scorer.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

// New templates: an error is worth more than a warning.
constexpr double kNewErrorScore = 0.75;
constexpr double kNewWarningScore = 0.55;
constexpr double kSilenceScore = 0.6;
// Series with windows below a minute are judged by what lasts, not by single windows.
constexpr Duration kDense = std::chrono::minutes(1);
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
  verdict.anomalous = judgement.score >= 0.5;
  verdict.position = point.position;
  return verdict;
}

}  // namespace

SeriesScorer::SeriesScorer(const SeriesInfo& series, const DetectOptions& options,
                           const SeriesControl& control)
    : options_(options), control_(control), run_(options.quiet_windows) {
  switch (series.kind) {
    case SeriesKind::kMetric:
    case SeriesKind::kLatency:
      is_numeric_ = true;
      break;
    case SeriesKind::kLogRate:
    case SeriesKind::kTemplateCount:
      count_.emplace(options.count);
      break;
    case SeriesKind::kErrorRatio:
      ratio_.emplace(options.count);
      break;
  }
  for (const ThresholdRule& rule : options.thresholds) {
    if (matches(rule, series)) thresholds_.emplace_back(rule);
  }
}

PointJudgement SeriesScorer::judge_number(const SeriesPoint& point) {
  // Until the period is known (five steps) both learn.
  const bool known = point.period.count() > 0;
  const double value = std::clamp(point.value, -kLargest, kLargest);
  PointJudgement judgement;
  if (!known || point.period < kDense) {
    if (!adaptive_) adaptive_.emplace(options_.band);
    judgement = adaptive_->judge(value);
  }
  if (!known || point.period >= kDense) {
    if (!band_) band_.emplace(options_.band);
    judgement = band_->judge(point.begin, value, point.period);
  }
  return judgement;
}

PointJudgement SeriesScorer::judge_count(const SeriesPoint& point) {
  PointJudgement judgement =
      count_->judge(static_cast<double>(point.events), point.expected_share, point.mature);
  // The band is in events per window; the value may be a rate.
  const double scale = point.events > 0 ? point.value / static_cast<double>(point.events) : 0;
  judgement.low *= scale;
  judgement.high *= scale;
  judgement.expected *= scale;
  return judgement;
}

PointJudgement SeriesScorer::judge_value(const SeriesPoint& point) {
  if (point.silence) return fixed_judgement(VerdictKind::kSilence, kSilenceScore);
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
  const bool possible = control_.in_range(point.value);
  if (!possible) {  // nothing is learned from what cannot be
    best = judge_range(control_);
  } else if (is_numeric_) {
    best = judge_number(point);
  } else if (count_) {
    best = judge_count(point);
  } else if (ratio_) {
    best = ratio_->judge(static_cast<double>(point.hits), static_cast<double>(point.events));
  }
  if (possible) {
    best = apply_control(control_, best, point.value);
    ++seen_;
    const auto half =
        static_cast<float>(is_numeric_ ? options_.band.warm_up : options_.count.warm_up);
    best.confidence = static_cast<float>(seen_) / (static_cast<float>(seen_) + half);
  }
  return judge_limits(point, best);
}

PointJudgement SeriesScorer::judge_limits(const SeriesPoint& point, PointJudgement best) {
  // How many samples a value stands for; a rate or count stands for itself.
  const bool is_mean = is_numeric_ || ratio_;
  const double weight =
      is_mean ? static_cast<double>(std::max<std::uint64_t>(1, point.events)) : 1.0;
  for (Threshold& threshold : thresholds_) {
    ThresholdJudgement said = threshold.judge(point.begin, point.value, weight);
    if (said.judgement.score <= best.score) continue;
    said.judgement.judged = said.value;
    best = said.judgement;
  }
  return best;
}

std::optional<Verdict> SeriesScorer::judge_tick(const SeriesPoint& tick,
                                                std::vector<AnomalyUpdate>& updates) {
  std::optional<ThresholdJudgement> best;
  for (Threshold& threshold : thresholds_) {
    const ThresholdJudgement said = threshold.advance(tick.begin);
    if (said.closed && (!best || said.judgement.score > best->judgement.score)) best = said;
  }
  if (!best) return std::nullopt;
  SeriesPoint window = tick;
  window.begin = best->begin;
  window.end = best->end;
  window.value = best->value;
  const Verdict verdict = make_verdict(window, best->judgement);
  run_.take(verdict, window, past_, updates);
  return verdict;
}

void SeriesScorer::remember(const SeriesPoint& point, const PointJudgement& judgement) {
  if (options_.history_windows == 0 || point.silence || point.is_new) return;
  if (past_.size() >= options_.history_windows) past_.pop_front();
  past_.push_back({point.begin, point.value, judgement.low, judgement.high});
}

void SeriesScorer::end_lesson(bool is_own) {
  run_ = AnomalyRun(options_.quiet_windows);
  for (Threshold& threshold : thresholds_) threshold = Threshold(threshold.rule());
  if (!is_own)
    seen_ = std::min(seen_, is_numeric_ ? options_.band.warm_up : options_.count.warm_up);
}

Verdict SeriesScorer::judge(const SeriesPoint& point, std::vector<AnomalyUpdate>& updates) {
  const PointJudgement judgement = judge_value(point);
  const Verdict verdict = make_verdict(point, judgement);
  run_.take(verdict, point, past_, updates);
  remember(point, judgement);
  return verdict;
}

}  // namespace inkling::detect
