#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/gen/conditions.h"
#include "app/gen/plan.h"
#include "app/gen/random.h"

namespace inkling::gen {

// An alarm rule that was broken.
struct FiredAlarm {
  Timestamp time;
  const AlarmRule* rule = nullptr;  // of the plan
  double observed = 0;
};

// Turns what happens in the shop into metrics: requests, failures and latencies as they are in the
// simulation, the rest (cpu, memory, connections, queue) from the conditions with noise of its own.
// Not thread-safe: one owner.
class MetricRecorder {
 public:
  struct Options {
    Duration interval = std::chrono::seconds(10);
    std::uint64_t seed = 1;
    double noise = 1;
  };
  // `plan` outlives this.
  MetricRecorder(const Plan& plan, const Options& options);

  void count_request(ServiceId service, double duration_ms, bool failed);
  void count_order() { ++orders_; }
  // Ends the interval that begins at `begin`: appends its points as NDJSON, checks the alarm rules.
  void close_interval(Timestamp begin, const ShopCondition& shop, fmt::memory_buffer& out);

  double queue_depth() const { return queue_depth_; }
  const std::vector<FiredAlarm>& alarms() const { return alarms_; }

 private:
  struct ServiceInterval {
    std::uint32_t requests = 0;
    std::uint32_t failures = 0;
    std::vector<double> durations_ms;
    double cpu_noise = 0;  // first-order autoregressive, as is the next
    double memory_noise = 0;
  };
  struct Sample {
    ServiceId service;
    std::string_view name;
    std::string_view unit;
    double value;
  };
  struct RuleState {
    std::vector<double> recent;  // values of the rule's window
    bool fired = false;
  };

  void sample_service(ServiceId service, const ShopCondition& shop);
  void sample_database(const ShopCondition& shop);
  void sample_queue(const ShopCondition& shop);
  void check_alarms(Timestamp end);

  const Plan& plan_;
  Options options_;
  Random random_;
  std::array<ServiceInterval, kServiceCount> services_;
  std::vector<Sample> samples_;
  std::vector<RuleState> rules_;
  std::vector<FiredAlarm> alarms_;
  std::uint32_t orders_ = 0;
  double queue_depth_ = 0;
  double queue_age_seconds_ = 0;
};

}  // namespace inkling::gen
