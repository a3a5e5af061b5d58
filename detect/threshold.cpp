#include "detect/threshold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace inkling::detect {
namespace {

// CloudWatch looks at a few windows more than it needs (its documentation shows 5 for 3).
constexpr std::uint32_t kExtraWindows = 2;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool has_label(const SeriesInfo& series, std::string_view wanted) {
  const std::size_t equals = std::min(wanted.find('='), wanted.size());
  const std::string_view name = wanted.substr(0, equals);
  const std::string_view value = wanted.substr(std::min(equals + 1, wanted.size()));
  return std::any_of(series.labels.begin(), series.labels.end(), [&](const auto& label) {
    return label.first == name && label.second == value;
  });
}

}  // namespace

bool matches(const ThresholdRule& rule, const SeriesInfo& series) {
  if (!rule.service.empty() && rule.service != series.service) return false;
  if (!series.version.empty() || !series.route.empty()) return false;
  for (const std::string& label : rule.labels) {
    if (!has_label(series, label)) return false;
  }
  const std::string_view pattern = rule.series;
  if (pattern.ends_with('*')) {
    return std::string_view(series.name).starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern == series.name;
}

bool Threshold::is_bad(double value) const {
  switch (rule_->comparison) {
    case Comparison::kAbove:
      return value > rule_->limit;
    case Comparison::kAtLeast:
      return value >= rule_->limit;
    case Comparison::kBelow:
      return value < rule_->limit;
    case Comparison::kAtMost:
      return value <= rule_->limit;
    case Comparison::kEqual:
      return value == rule_->limit;
    case Comparison::kNotEqual:
      return value != rule_->limit;
  }
  return false;
}

double Threshold::statistic() const {
  if (open_.weight <= 0) return kAbsent;
  switch (rule_->statistic) {
    case AlarmStatistic::kAverage:
      return open_.sum / open_.weight;
    case AlarmStatistic::kSum:
      return open_.sum;
    case AlarmStatistic::kMinimum:
      return open_.low;
    case AlarmStatistic::kMaximum:
      return open_.high;
    case AlarmStatistic::kCount:
      return open_.weight;
    case AlarmStatistic::kLast:
      return open_.last;
  }
  return kAbsent;
}

std::int64_t Threshold::window_of(Timestamp time) const {
  const std::int64_t period = rule_->period.count();
  return time.ns / period - (time.ns % period < 0 ? 1 : 0);
}

void Threshold::push(State state) {
  const std::size_t most = std::size_t{rule_->out_of} + kExtraWindows;
  states_.push_back(state);
  if (states_.size() > most) states_.pop_front();
  evaluate();
}

void Threshold::evaluate() {
  const bool has_windows = rule_->period.count() > 0;
  std::uint32_t bad = 0;
  std::uint32_t known = 0;
  std::uint32_t age = 0;             // 1 = the latest window
  std::uint32_t oldest_bad_age = 0;  // of those that decide
  for (auto at = states_.rbegin(); at != states_.rend() && known < rule_->out_of; ++at) {
    ++age;
    if (*at == State::kMissing && has_windows) continue;
    ++known;
    if (*at != State::kBad) continue;
    ++bad;
    oldest_bad_age = age;
  }
  bad_ = bad;
  if (!has_windows || known == rule_->out_of) {
    alarm_ = bad >= rule_->windows;
  } else {
    evaluate_sparse(bad, known, oldest_bad_age);
  }
}

// Fewer windows with values than the rule asks for.
void Threshold::evaluate_sparse(std::uint32_t bad, std::uint32_t known,
                                std::uint32_t oldest_bad_age) {
  if (bad >= rule_->windows) {
    alarm_ = true;
    return;
  }
  const auto seen = static_cast<std::uint32_t>(states_.size());
  switch (rule_->missing) {
    case MissingData::kNotBreaching:
      alarm_ = false;
      return;
    case MissingData::kBreaching:
      // Before the series began nothing is missing.
      alarm_ = bad + std::min(rule_->out_of, seen) - std::min(known, seen) >= rule_->windows;
      return;
    case MissingData::kIgnore:
      if (known > bad) alarm_ = false;
      return;
    case MissingData::kMissing:
      alarm_ = known > 0 && known == bad && oldest_bad_age >= rule_->windows;
      return;
  }
}

void Threshold::close_window() {
  judged_ = statistic();
  push(std::isnan(judged_) ? State::kMissing : is_bad(judged_) ? State::kBad : State::kGood);
  open_ = {};
  ++current_;
}

void Threshold::open_until(std::int64_t window) {
  // After so many windows without a value their number changes nothing.
  const auto most = static_cast<std::int64_t>(rule_->out_of) + kExtraWindows;
  for (std::int64_t i = 0; current_ < window && i <= most; ++i) close_window();
  current_ = std::max(current_, window);
}

ThresholdJudgement Threshold::tell(bool closed) const {
  ThresholdJudgement told;
  told.closed = closed;
  PointJudgement& judgement = told.judgement;
  judgement.kind = VerdictKind::kThreshold;
  const bool from_above =
      rule_->comparison == Comparison::kAbove || rule_->comparison == Comparison::kAtLeast;
  const bool from_below =
      rule_->comparison == Comparison::kBelow || rule_->comparison == Comparison::kAtMost;
  judgement.low = from_below ? rule_->limit : -kInfinity;
  judgement.high = from_above ? rule_->limit : kInfinity;
  // Of the windows that count as bad once missing ones are treated.
  judgement.raw = alarm_ ? std::max(bad_, rule_->windows) : std::min(bad_, rule_->windows - 1);
  // The alarm line is half a window short of the number asked for, so that whole numbers decide.
  judgement.score = normalize_score(judgement.raw, rule_->windows - 0.5);
  if (judgement.score >= 0.5) judgement.gate = Gate::kPassed;
  if (rule_->period.count() > 0 && !states_.empty()) {
    told.begin = Timestamp::from_ns((current_ - 1) * rule_->period.count());
    told.end = told.begin + rule_->period;
    told.value = judged_;
  }
  return told;
}

ThresholdJudgement Threshold::judge(Timestamp time, double value, double weight) {
  if (rule_->period.count() == 0) {
    push(is_bad(value) ? State::kBad : State::kGood);
    return tell(true);
  }
  const std::int64_t window = window_of(time);
  if (!started_) current_ = window;
  started_ = true;
  const bool closes = window > current_;
  open_until(window);
  if (window == current_ && !std::isnan(value)) {
    open_.low = open_.weight > 0 ? std::min(open_.low, value) : value;
    open_.high = open_.weight > 0 ? std::max(open_.high, value) : value;
    open_.sum += value * weight;
    open_.weight += weight;
    open_.last = value;
  }
  return tell(closes);
}

ThresholdJudgement Threshold::advance(Timestamp now) {
  if (rule_->period.count() == 0 || !started_) return tell(false);
  const std::int64_t window = window_of(now);
  const bool closes = window > current_;
  open_until(window);
  return tell(closes);
}

}  // namespace inkling::detect
