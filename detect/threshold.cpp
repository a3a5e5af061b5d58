#include "detect/threshold.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace inkling::detect {

bool matches(const ThresholdRule& rule, const SeriesInfo& series) {
  if (!rule.service.empty() && rule.service != series.service) return false;
  if (!series.version.empty() || !series.route.empty()) return false;
  const std::string_view pattern = rule.series;
  if (pattern.ends_with('*')) {
    return std::string_view(series.name).starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern == series.name;
}

PointJudgement Threshold::judge(double value) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kThreshold;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  judgement.low = rule_->above ? -kInfinity : rule_->limit;
  judgement.high = rule_->above ? rule_->limit : kInfinity;
  const bool beyond = rule_->above ? value > rule_->limit : value < rule_->limit;
  const std::uint32_t out_of = std::clamp<std::uint32_t>(rule_->out_of, 1, kMostWindows);
  count_ -= beyond_[next_] ? 1 : 0;
  beyond_[next_] = beyond;
  count_ += beyond ? 1 : 0;
  next_ = (next_ + 1) % out_of;
  judgement.raw = count_;
  // The alarm line is half a window short of the number asked for, so that whole numbers decide.
  judgement.score = normalize_score(judgement.raw, rule_->windows - 0.5);
  if (judgement.score >= 0.5) judgement.gate = Gate::kPassed;
  return judgement;
}

}  // namespace inkling::detect
