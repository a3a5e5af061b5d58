#include "app/gen/metric_recorder.h"

#include <algorithm>
#include <numeric>

#include "app/gen/log_writer.h"

namespace inkling::gen {
namespace {

// Events that the worker of the queue gets per order.
constexpr double kEventsPerOrder = 25;
// Mean time of a query at the usual traffic: median 5 ms, sigma 0.7.
constexpr double kUsualQueryMs = 6.4;

// The value at rank ceil(q n); reorders.
double quantile(std::vector<double>& values, double q) {
  const auto rank = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5);
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

MetricRecorder::MetricRecorder(const Plan& plan, const Options& options)
    : plan_(plan),
      options_(options),
      random_(options.seed, "metrics"),
      rules_(plan.alarms.size()) {}

void MetricRecorder::count_request(ServiceId service, double duration_ms, bool failed) {
  ServiceInterval& interval = services_[index_of(service)];
  ++interval.requests;
  if (failed) ++interval.failures;
  interval.durations_ms.push_back(duration_ms);
}

void MetricRecorder::sample_service(ServiceId service, const ShopCondition& shop) {
  const ServiceTraits& traits = traits_of(service);
  const ServiceCondition& condition = shop.of(service);
  ServiceInterval& interval = services_[index_of(service)];
  interval.cpu_noise = 0.7 * interval.cpu_noise + 0.03 * options_.noise * random_.normal();
  interval.memory_noise = 0.98 * interval.memory_noise + 0.003 * options_.noise * random_.normal();

  double cpu = traits.cpu_percent * (0.3 + 0.7 * shop.traffic_factor);
  if (condition.slow_factor > 1) cpu *= 1 + std::min(0.8, (condition.slow_factor - 1) * 0.1);
  if (condition.flood_factor > 0) cpu *= 1.3;
  if (condition.leaked_share > 0.7) cpu *= 1 + 2 * (condition.leaked_share - 0.7);
  cpu = std::clamp(cpu * (1 + interval.cpu_noise), 0.5, 100.0);
  const double free_mib = traits.memory_limit_mib - traits.memory_mib;
  const double memory =
      std::min(traits.memory_mib * (1 + interval.memory_noise) + condition.leaked_share * free_mib,
               traits.memory_limit_mib);
  const double seconds = static_cast<double>(options_.interval.count()) / 1e9;
  const bool database = service == ServiceId::kOrdersDb;

  samples_.push_back({service, "cpu_percent", "percent", cpu});
  samples_.push_back({service, "memory_mib", "MiB", memory});
  samples_.push_back(
      {service, database ? "query_rate" : "request_rate", "1/s", interval.requests / seconds});
  if (interval.requests > 0) {
    samples_.push_back({service, database ? "query_p50_ms" : "latency_p50_ms", "ms",
                        quantile(interval.durations_ms, 0.5)});
    samples_.push_back({service, database ? "query_p99_ms" : "latency_p99_ms", "ms",
                        quantile(interval.durations_ms, 0.99)});
  }
  if (!database) {
    const double ratio =
        interval.requests == 0 ? 0.0 : static_cast<double>(interval.failures) / interval.requests;
    samples_.push_back({service, "http_5xx_ratio", "ratio", ratio});
  }
}

void MetricRecorder::sample_database(const ShopCondition& shop) {
  const auto& durations = services_[index_of(ServiceId::kOrdersDb)].durations_ms;
  const double slowness = durations.empty() ? 1.0 : mean_of(durations) / kUsualQueryMs;
  const double busy = std::min(slowness * shop.traffic_factor, 40.0);
  const auto noisy = [&](double value, double limit) {
    return static_cast<double>(static_cast<int>(
        std::clamp(value * (1 + 0.05 * options_.noise * random_.normal()) + 0.5, 0.0, limit)));
  };
  samples_.push_back({ServiceId::kOrdersDb, "db_connections", "1", noisy(24 + 9 * busy, 200)});
  samples_.push_back({ServiceId::kCheckout, "db_pool_in_use", "1", noisy(4 + 2 * busy, 40)});
  samples_.push_back({ServiceId::kCatalogue, "db_pool_in_use", "1", noisy(6 + 3 * busy, 60)});
}

void MetricRecorder::sample_queue(const ShopCondition& shop) {
  const double seconds = static_cast<double>(options_.interval.count()) / 1e9;
  const double usual_orders =
      plan_.requests_per_second * endpoint_of(EndpointId::kPlaceOrder).share * seconds;
  const double capacity = usual_orders * kEventsPerOrder * 3 * shop.consumer_factor;
  queue_depth_ = std::max(0.0, queue_depth_ + orders_ * kEventsPerOrder - capacity);
  queue_age_seconds_ = capacity > 0 ? queue_depth_ / capacity * seconds : 0;
  const double in_hand = random_.poisson(4 + 6 * shop.traffic_factor);
  samples_.push_back({ServiceId::kPayment, "queue_depth", "1",
                      static_cast<double>(static_cast<std::int64_t>(queue_depth_)) + in_hand});
  samples_.push_back({ServiceId::kPayment, "queue_oldest_age_s", "s",
                      queue_age_seconds_ + random_.between(0.2, 1.5)});
}

void MetricRecorder::close_interval(Timestamp begin, const ShopCondition& shop,
                                    fmt::memory_buffer& out) {
  samples_.clear();
  for (const ServiceId service : kServices) sample_service(service, shop);
  sample_database(shop);
  sample_queue(shop);

  char time[width_of(TimeLayout::kIso)];
  write_time(TimeLayout::kIso, begin, time);
  for (const Sample& sample : samples_) {
    const bool of_queue = sample.name.starts_with("queue_");
    fmt::format_to(
        std::back_inserter(out),
        R"({{"name":"{}","time":"{}","value":{:.4f},"labels":{{"cluster":"shop-prod"{}}},)"
        R"("service":"{}","unit":"{}","kind":"gauge"}})"
        "\n",
        sample.name, std::string_view(time, sizeof time), sample.value,
        of_queue ? R"(,"queue":"order-events")" : "", name_of(sample.service), sample.unit);
  }
  check_alarms(begin + options_.interval);
  for (ServiceInterval& interval : services_) {
    interval.requests = 0;
    interval.failures = 0;
    interval.durations_ms.clear();
  }
  orders_ = 0;
}

void MetricRecorder::check_alarms(Timestamp end) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const AlarmRule& rule = plan_.alarms[i];
    RuleState& state = rules_[i];
    const auto sample = std::find_if(samples_.begin(), samples_.end(), [&](const Sample& s) {
      return s.service == rule.service && s.name == rule.metric;
    });
    if (sample == samples_.end() || state.fired) continue;
    const auto wanted =
        static_cast<std::size_t>(std::max<std::int64_t>(1, rule.window / options_.interval));
    state.recent.push_back(sample->value);
    if (state.recent.size() > wanted) state.recent.erase(state.recent.begin());
    if (state.recent.size() < wanted) continue;
    const double mean = mean_of(state.recent);
    if (mean <= rule.threshold) continue;
    state.fired = true;
    alarms_.push_back({end, &rule, mean});
  }
}

}  // namespace inkling::gen
