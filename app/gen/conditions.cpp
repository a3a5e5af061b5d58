#include "app/gen/conditions.h"

#include <algorithm>

namespace inkling::gen {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

Duration seconds_of(double seconds) { return Duration(static_cast<std::int64_t>(seconds * 1e9)); }

// Strength of a fault now: 0 outside, growing from 0 to 1 over its ramp.
double progress_of(const Fault& fault, Timestamp time) {
  if (time < fault.begin || time >= fault.end) return 0;
  if (fault.ramp == Duration::zero()) return 1;
  return std::min(1.0, static_cast<double>((time - fault.begin).count()) /
                           static_cast<double>(fault.ramp.count()));
}

// Share of the requests that a deploy has taken over after `age` (as in plan.h).
double share_taken(const Deploy& deploy, Duration age) {
  if (age >= deploy.rollout) return 1;
  const auto step = age.count() * 3 / deploy.rollout.count();
  return step == 0 ? 0.1 : step == 1 ? 0.3 : 0.6;
}

void apply(const Fault& fault, double progress, Timestamp time, ShopCondition& shop) {
  ServiceCondition& service = shop.services[index_of(fault.service)];
  if (!fault.version.empty()) service.faulty_version = fault.version;
  switch (fault.kind) {
    case FaultKind::kErrors:
      service.error_share = fault.strength * progress;
      break;
    case FaultKind::kSlow:
      service.slow_factor = 1 + (fault.strength - 1) * progress;
      break;
    case FaultKind::kSurge:
      shop.traffic_factor *= 1 + (fault.strength - 1) * progress;
      break;
    case FaultKind::kLeak: {
      // Full once per 0.8 of the fault: the task is then killed and starts again, empty.
      const double age = static_cast<double>((time - fault.begin).count()) /
                         static_cast<double>((fault.end - fault.begin).count()) * fault.strength;
      // Never quite zero: a task that has just restarted leaks as well.
      service.leaked_share = std::max(age - static_cast<double>(static_cast<int>(age)), 1e-6);
      break;
    }
    case FaultKind::kSlowConsumer:
      shop.consumer_factor = 1 + (fault.strength - 1) * progress;
      break;
    case FaultKind::kProviderOutage:
      shop.provider_failure_share = fault.strength * progress;
      break;
    case FaultKind::kLogFlood:
      service.flood_factor = fault.strength * progress;
      break;
    case FaultKind::kSilence:
      service.silent = true;
      break;
    case FaultKind::kClockOffset:
      service.clock_offset = seconds_of(fault.strength);
      break;
  }
}

}  // namespace

double daily_factor(Timestamp time) {
  const double day_share = static_cast<double>(time.ns % kDayNs) / static_cast<double>(kDayNs);
  const double rhythm = 0.625 + 0.375 * cosine_of_turns(day_share - 14.0 / 24.0);
  const std::int64_t weekday = (time.ns / kDayNs + 4) % 7;  // 1970-01-01 was a Thursday; 0 = Sunday
  return weekday == 0 || weekday == 6 ? rhythm * 0.8 : rhythm;
}

Conditions::Conditions(const Plan& plan, std::uint64_t seed)
    : plan_(plan),
      random_(seed, "bursts"),
      burst_begin_(plan.range.begin + seconds_of(random_.exponential(1200))),
      burst_end_(burst_begin_) {}

double Conditions::traffic_factor(Timestamp time) {
  if (time >= burst_end_ && time >= burst_begin_) {
    if (burst_end_ == burst_begin_) {  // this burst begins now
      burst_end_ = time + seconds_of(random_.between(15, 60));
      burst_factor_ = random_.between(1.2, 1.6);
    } else {
      burst_begin_ = burst_end_ = time + seconds_of(1 + random_.exponential(1200));
    }
  }
  const bool in_burst = burst_begin_ <= time && time < burst_end_;
  return daily_factor(time) * (in_burst ? burst_factor_ : 1.0);
}

ShopCondition Conditions::at(Timestamp time) {
  ShopCondition shop;
  shop.traffic_factor = traffic_factor(time);
  for (const Deploy& deploy : plan_.deploys) {
    if (deploy.time > time) break;
    ServiceCondition& service = shop.services[index_of(deploy.service)];
    ++service.release;
    service.previous_share = 1 - share_taken(deploy, time - deploy.time);
  }
  for (const Fault& fault : plan_.faults) {
    const double progress = progress_of(fault, time);
    if (progress > 0 || (time >= fault.begin && time < fault.end)) {
      apply(fault, progress, time, shop);
    }
  }
  return shop;
}

}  // namespace inkling::gen
