#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "app/gen/conditions.h"
#include "app/gen/line_queue.h"
#include "app/gen/metric_recorder.h"
#include "app/gen/plan.h"
#include "app/gen/random.h"

namespace inkling::gen {

// The requests of the shop, each with the calls it makes: a slow or failing callee makes its
// callers slow or failing. Writes what each service logs and counts what its metrics count. Not
// thread-safe: one owner.
class Traffic {
 public:
  struct Options {
    std::uint64_t seed = 1;
    double noise = 1;  // factor on lines that have nothing to do with requests
  };
  // All but the options outlive this.
  Traffic(const Plan& plan, const Options& options, LineQueue& lines, MetricRecorder& metrics);

  // Simulates what begins in [second, second + 1 s); lines of it may be later than that.
  void run_second(Timestamp second, const ShopCondition& shop);

 private:
  struct Answer {
    double duration_ms = 0;
    std::uint16_t status = 200;
  };
  // Where a request is served.
  struct Place {
    const Release* release = nullptr;
    std::size_t task = 0;
    bool faulty = false;  // the service's fault holds here
  };

  Answer serve(EndpointId id, Timestamp arrival, TraceId trace);
  Answer query(Timestamp arrival);
  Answer call_provider();
  Place place_of(ServiceId service);
  double own_time_ms(const Endpoint& endpoint, const Place& place);
  double failing_share(const Endpoint& endpoint, const Place& place) const;

  void log_request(const Endpoint& endpoint, const Place& place, Timestamp end, TraceId trace,
                   const Answer& answer, std::string_view peer);
  void log_failure(const Endpoint& endpoint, const Place& place, Timestamp end, TraceId trace);
  void log_upstream_failure(const Endpoint& endpoint, const Place& place, Timestamp end,
                            TraceId trace, ServiceId callee, const Answer& answer);
  void log_background(ServiceId service, Timestamp time, TraceId trace, const Place& place);
  void log_text(ServiceId service, const Place& place, Timestamp time, TraceId trace, Level level,
                std::string_view where, std::string_view text, std::string_view stack = {});
  void emit(Timestamp time, LogEntry& entry, const Place& place);

  void run_background(Timestamp second);
  void run_flood(ServiceId service, Timestamp second);
  void run_starts(Timestamp second);
  void run_leak(Timestamp second);
  void run_queue_worker(Timestamp second);

  const Plan& plan_;
  Options options_;
  LineQueue& lines_;
  MetricRecorder& metrics_;
  Random random_;
  std::array<std::vector<Release>, kServiceCount> releases_;
  ShopCondition shop_;        // of the second that runs
  double load_factor_ = 1;    // on everybody's own time
  double leaked_before_ = 0;  // of the second before
  Timestamp restarting_until_ = Timestamp::none();
  fmt::memory_buffer url_;
  fmt::memory_buffer text_;
};

// The releases of each service in the order of the plan's deploys, the first one running when the
// data begins.
std::array<std::vector<Release>, kServiceCount> make_releases(const Plan& plan, std::uint64_t seed);

}  // namespace inkling::gen
