#include "app/gen/traffic.h"

#include <algorithm>

#include "app/gen/messages.h"

namespace inkling::gen {
namespace {

// Share of its capacity that the shop uses at the usual traffic.
constexpr double kUsualLoad = 0.35;
constexpr double kProviderTimeoutMs = 5000;

Duration of_ms(double ms) { return Duration(static_cast<std::int64_t>(ms * 1e6)); }

std::string hex_text(std::uint64_t bits, int digits) {
  fmt::memory_buffer out;
  append_hex(bits, digits, out);
  return fmt::to_string(out);
}

Release make_release(ServiceId service, std::string_view version, std::size_t number,
                     Random& random) {
  Release release{.version = std::string(version),
                  .revision = static_cast<int>(40 + 13 * index_of(service) + number),
                  .tasks = {}};
  for (Task& task : release.tasks) {
    task.id = hex_text(random.next(), 16);
    task.id += hex_text(random.next(), 16);
    task.container = hex_text(random.next(), 12);
    const std::uint32_t subnet = 8 + random.below(16);
    task.host = fmt::format("ip-10-0-{}-{}", subnet, 10 + random.below(240));
  }
  return release;
}

// Who is reported as the called service when there are two: the one that failed or came last.
std::string_view callee_name(EndpointId called) {
  return called == EndpointId::kNone ? std::string_view() : name_of(endpoint_of(called).service);
}

}  // namespace

std::array<std::vector<Release>, kServiceCount> make_releases(const Plan& plan,
                                                              std::uint64_t seed) {
  Random random(seed, "tasks");
  std::array<std::vector<Release>, kServiceCount> releases;
  for (const ServiceId service : kServices) {
    releases[index_of(service)].push_back(
        make_release(service, traits_of(service).version, 0, random));
  }
  for (const Deploy& deploy : plan.deploys) {
    auto& list = releases[index_of(deploy.service)];
    list.push_back(make_release(deploy.service, deploy.version, list.size(), random));
  }
  return releases;
}

Traffic::Traffic(const Plan& plan, const Options& options, LineQueue& lines,
                 MetricRecorder& metrics)
    : plan_(plan),
      options_(options),
      lines_(lines),
      metrics_(metrics),
      random_(options.seed, "traffic"),
      releases_(make_releases(plan, options.seed)) {}

void Traffic::run_second(Timestamp second, const ShopCondition& shop) {
  shop_ = shop;
  const double load = std::min(kUsualLoad * shop.traffic_factor, 0.94);
  load_factor_ = (1 - kUsualLoad) / (1 - load);  // waiting time of a queue at this load

  const std::uint32_t requests = random_.poisson(plan_.requests_per_second * shop.traffic_factor);
  for (std::uint32_t i = 0; i < requests; ++i) {
    const Timestamp arrival = second + of_ms(1000 * random_.uniform());
    double drawn = random_.uniform();
    EndpointId chosen = outside_endpoints().back();
    for (const EndpointId id : outside_endpoints()) {
      drawn -= endpoint_of(id).share;
      if (drawn < 0) {
        chosen = id;
        break;
      }
    }
    serve(chosen, arrival, {random_.next(), random_.next()});
  }
  run_starts(second);
  run_leak(second);
  run_background(second);
  run_queue_worker(second);
}

Traffic::Place Traffic::place_of(ServiceId service) {
  const ServiceCondition& condition = shop_.of(service);
  std::size_t release = condition.release;
  if (release > 0 && random_.chance(condition.previous_share)) --release;
  Place place;
  place.release = &releases_[index_of(service)][release];
  place.task = random_.below(kTasksPerService);
  place.faulty =
      condition.faulty_version.empty() || condition.faulty_version == place.release->version;
  return place;
}

double Traffic::own_time_ms(const Endpoint& endpoint, const Place& place) {
  const ServiceCondition& condition = shop_.of(endpoint.service);
  double factor = load_factor_;
  if (place.faulty) factor *= condition.slow_factor;
  // Garbage collection takes over as the memory fills.
  if (condition.leaked_share > 0.8) factor *= 1 + 20 * (condition.leaked_share - 0.8);
  return random_.log_normal(endpoint.median_ms, endpoint.sigma) * factor;
}

double Traffic::failing_share(const Endpoint& endpoint, const Place& place) const {
  const ServiceCondition& condition = shop_.of(endpoint.service);
  double share = endpoint.error_share;
  if (place.faulty) share += condition.error_share;
  if (restarting_until_.is_set() && condition.leaked_share > 0) share += 0.3;
  return share;
}

Traffic::Answer Traffic::call_provider() {
  if (random_.chance(shop_.provider_failure_share)) return {kProviderTimeoutMs, 504};
  return {random_.log_normal(170, 0.35), 200};
}

Traffic::Answer Traffic::query(Timestamp arrival) {
  const Endpoint& endpoint = endpoint_of(EndpointId::kQuery);
  const Place place = place_of(ServiceId::kOrdersDb);
  Answer answer{own_time_ms(endpoint, place), 200};
  metrics_.count_request(ServiceId::kOrdersDb, answer.duration_ms, false);
  if (answer.duration_ms > 250) {
    const std::string text =
        fmt::format("slow statement: {:.1f} ms SELECT id, state, total FROM orders WHERE cart = $1",
                    answer.duration_ms);
    log_text(ServiceId::kOrdersDb, place, arrival + of_ms(answer.duration_ms), {}, Level::kWarn,
             "statement", text);
  }
  return answer;
}

Traffic::Answer Traffic::serve(EndpointId id, Timestamp arrival, TraceId trace) {
  const Endpoint& endpoint = endpoint_of(id);
  const Place place = place_of(endpoint.service);
  const double own_ms = own_time_ms(endpoint, place);
  Answer answer{own_ms * 0.6, endpoint.success};
  std::string_view peer;

  if (random_.chance(endpoint.refusal_share)) answer.status = endpoint.refusal;
  if (random_.chance(failing_share(endpoint, place))) {
    answer.status = 500;
    log_failure(endpoint, place, arrival + of_ms(answer.duration_ms), trace);
  }
  // Beyond four fifths of its capacity the shop turns requests away.
  const double load = kUsualLoad * shop_.traffic_factor;
  if (endpoint.share > 0 && load > 0.8 && random_.chance((load - 0.8) * 0.4)) answer.status = 503;

  if (answer.status < 400 && id == EndpointId::kPayments) {
    peer = kProvider;
    const Answer provider = call_provider();
    answer.duration_ms += provider.duration_ms;
    if (provider.status >= 500) {
      answer.status = 502;
      log_text(endpoint.service, place, arrival + of_ms(answer.duration_ms), trace, Level::kError,
               "shop.payment.provider.PaylaneClient",
               "paylane did not answer within 5000 ms for order {order}, giving up");
    }
  }
  if (answer.status < 400 && random_.chance(endpoint.call_share)) {
    for (const EndpointId called : endpoint.calls) {
      if (called == EndpointId::kNone || answer.status >= 400) break;
      peer = callee_name(called);
      const Timestamp sent = arrival + of_ms(answer.duration_ms);
      Answer child = called == EndpointId::kQuery ? query(sent) : serve(called, sent, trace);
      const double timeout_ms = endpoint_of(called).timeout_ms;
      if (child.duration_ms > timeout_ms) child = {timeout_ms, 504};
      answer.duration_ms += child.duration_ms;
      if (child.status >= 500) {
        answer.status = child.status == 504 ? 504 : 502;
        log_upstream_failure(endpoint, place, arrival + of_ms(answer.duration_ms), trace,
                             endpoint_of(called).service, child);
      } else if (child.status >= 400) {
        answer.status = child.status;
      }
    }
  }
  answer.duration_ms += own_ms * 0.4;
  const Timestamp end = arrival + of_ms(answer.duration_ms);
  log_request(endpoint, place, end, trace, answer, peer);
  if (random_.chance(0.25)) log_background(endpoint.service, end, trace, place);
  metrics_.count_request(endpoint.service, answer.duration_ms, answer.status >= 500);
  if (id == EndpointId::kOrders && answer.status < 400) metrics_.count_order();
  return answer;
}

}  // namespace inkling::gen
