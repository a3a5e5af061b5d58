#pragma once

#include <array>
#include <string_view>

#include "app/gen/plan.h"
#include "app/gen/random.h"

namespace inkling::gen {

// How one service is doing at a moment, beside what its load does to it.
struct ServiceCondition {
  double slow_factor = 1;
  double error_share = 0;   // beyond its usual one
  double leaked_share = 0;  // of the memory that is free when all is well, 0..1
  double flood_factor = 0;  // lines of the flood per usual line
  bool silent = false;
  Duration clock_offset = Duration::zero();  // of task 0
  std::string_view faulty_version;           // the faults hold only for this version; "" = all
  // Release in service, as index into Releases, and the share of requests the one before still
  // gets.
  std::size_t release = 0;
  double previous_share = 0;
};

struct ShopCondition {
  double traffic_factor = 1;  // daily rhythm, weekend, bursts and surge
  double provider_failure_share = 0;
  double consumer_factor = 1;
  std::array<ServiceCondition, kServiceCount> services;

  const ServiceCondition& of(ServiceId service) const { return services[index_of(service)]; }
};

// Where the shop stands at each second of a plan. Not thread-safe: one owner; to be asked in order
// of time, because bursts are drawn as time passes.
class Conditions {
 public:
  // `plan` outlives this.
  Conditions(const Plan& plan, std::uint64_t seed);
  ShopCondition at(Timestamp time);

 private:
  double traffic_factor(Timestamp time);

  const Plan& plan_;
  Random random_;
  Timestamp burst_begin_;
  Timestamp burst_end_;
  double burst_factor_ = 1;
};

// The daily rhythm: 1 at 14:00 UTC, 0.25 at 02:00, four fifths of that on Saturday and Sunday.
double daily_factor(Timestamp time);

}  // namespace inkling::gen
