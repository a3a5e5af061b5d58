#include "detect/anomaly_run.h"

#include <algorithm>
#include <cmath>

#include "core/hash.h"

namespace inkling::detect {
namespace {

// After so many windows a shift is the new normal as far as this anomaly is concerned.
constexpr std::uint32_t kLongestRun = 360;
constexpr std::size_t kMostHistory = 720;

BandPoint band_point(const Verdict& verdict) {
  return {verdict.begin, verdict.value, verdict.low, verdict.high};
}

}  // namespace

bool AnomalyRun::goes_on(const Verdict& verdict) const {
  if (verdict.anomalous || verdict.gate == Gate::kShifted) return true;
  if (windows_ >= kLongestRun || std::isnan(verdict.value)) return false;
  if (anomaly_->kind == VerdictKind::kNewTemplate) return false;
  return anomaly_->direction == Direction::kUp ? verdict.value > anomaly_->expected_high
                                               : verdict.value < anomaly_->expected_low;
}

void AnomalyRun::open(const Verdict& verdict, const SeriesPoint& point, const Past& past) {
  Anomaly anomaly;
  anomaly.id = hash_combine(verdict.series->id.value, static_cast<std::uint64_t>(verdict.begin.ns));
  anomaly.series = verdict.series;
  anomaly.kind = verdict.kind;
  anomaly.onset = verdict.begin;
  anomaly.peak = verdict.value;
  anomaly.expected_low = verdict.low;
  anomaly.expected_high = verdict.high;
  const bool below = verdict.kind == VerdictKind::kSilence || verdict.kind == VerdictKind::kStale ||
                     verdict.value < verdict.low;
  anomaly.direction = below ? Direction::kDown : Direction::kUp;
  anomaly.first_position = verdict.position;
  anomaly.exemplar = point.exemplar;
  anomaly.history = past();
  anomaly_ = std::move(anomaly);
  quiet_ = 0;
  windows_ = 0;
}

void AnomalyRun::take(const Verdict& verdict, const SeriesPoint& point, const Past& past,
                      std::vector<AnomalyUpdate>& updates) {
  AnomalyUpdate::Step step = AnomalyUpdate::Step::kContinued;
  if (!anomaly_) {
    if (!verdict.anomalous) return;
    open(verdict, point, past);
    step = AnomalyUpdate::Step::kOpened;
  }
  Anomaly& anomaly = *anomaly_;
  ++windows_;
  if (anomaly.exemplar.empty()) anomaly.exemplar = point.exemplar;
  if (anomaly.history.size() < kMostHistory) anomaly.history.push_back(band_point(verdict));
  if (verdict.gate == Gate::kShifted) anomaly.kind = VerdictKind::kLevelShift;
  if (verdict.kind == VerdictKind::kExhaustion) anomaly.limit_at = verdict.limit_at;
  if (verdict.gate == Gate::kAdapted) quiet_ = quiet_windows_;  // it is the norm: over
  if (goes_on(verdict) && verdict.gate != Gate::kAdapted) {
    quiet_ = 0;
    anomaly.last = verdict.end;
    anomaly.events += point.events;
    anomaly.strength = std::max(anomaly.strength, verdict.score);
    anomaly.raw = std::max(anomaly.raw, verdict.raw);
    const bool further = anomaly.direction == Direction::kUp ? verdict.value > anomaly.peak
                                                             : verdict.value < anomaly.peak;
    if (further) anomaly.peak = verdict.value;
  } else if (++quiet_ >= quiet_windows_) {
    anomaly.open = false;
    step = AnomalyUpdate::Step::kClosed;
  } else {
    return;  // perhaps over: nothing to tell yet
  }
  updates.push_back({step, point.order, anomaly});
  if (!anomaly.open) anomaly_.reset();
}

}  // namespace inkling::detect
