#include "detect/dense_band.h"

#include <algorithm>

namespace inkling::detect {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

}  // namespace

PointJudgement DenseBand::judge_minute() {
  const Timestamp begin = Timestamp::from_ns(minute_ * kMinute.count());
  return slow_->judge(begin, sum_ / count_, kMinute);
}

PointJudgement DenseBand::judge(Timestamp time, double value) {
  const std::int64_t minute = time.ns / kMinute.count();
  PointJudgement said;  // of the minute that is over
  if (minute != minute_) {
    if (count_ > 0) said = judge_minute();
    sum_ = 0;
    count_ = 0;
    minute_ = minute;
  }
  sum_ += value;
  ++count_;

  PointJudgement quick = quick_.judge(value);
  if (said.score >= 0.5) return said;
  if (quick.score < 0.5) return quick;
  const double reach = (quick.high - quick.low) / 2;
  if (!slow_->take_word(time, value, reach, quick.raw)) {
    quick.score = 0;
    quick.gate = Gate::kRecentlySaid;
  }
  return quick;
}

}  // namespace inkling::detect
