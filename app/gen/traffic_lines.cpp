// What the services of a Traffic write; the requests themselves are in traffic.cpp.
#include "app/gen/messages.h"
#include "app/gen/traffic.h"

namespace inkling::gen {
namespace {

// What a service says when a request fails by itself: while all is well, and under a fault.
struct FailureText {
  std::string_view place;
  std::string_view usual;
  std::string_view faulty;
  std::string_view stack;  // of the fault, escaped
};

FailureText failure_text(ServiceId service) {
  switch (service) {
    case ServiceId::kFrontend:
      return {"http", "unhandled error while serving session {hex}: socket hang up",
              "rendering failed: TypeError: cannot read property price of undefined",
              R"(TypeError: cannot read property price of undefined\n    at renderPrice )"
              R"((/app/dist/render.js:311:17)\n    at renderCart (/app/dist/render.js:120:9))"};
    case ServiceId::kCheckout:
      return {"orders", "request for cart {hex} failed: connection terminated unexpectedly",
              "pricing failed for cart {hex}: TypeError: Cannot read properties of undefined "
              "(reading 'amount')",
              R"(TypeError: Cannot read properties of undefined (reading 'amount')\n    at )"
              R"(applyCoupon (/app/src/pricing/coupon.js:41:27)\n    at priceCart )"
              R"((/app/src/pricing/price.js:88:14)\n    at async handler (/app/src/http.js:52:5))"};
    case ServiceId::kPayment:
      return {"shop.payment.PaymentController",
              "payment for order {order} failed: transaction rolled back",
              "payment for order {order} failed: IllegalStateException: amount must be positive",
              R"(java.lang.IllegalStateException: amount must be positive\n\tat )"
              R"(shop.payment.AuthorisationService.authorise(AuthorisationService.java:118))"};
    default:
      return {"http/server.go:187", "request failed: read tcp {ip}:5432: connection reset by peer",
              "request failed: runtime error: index out of range",
              R"(main.serveItems\n\t/src/http/items.go:77\nmain.main\n\t/src/main.go:41)"};
  }
}

std::string_view access_place(ServiceId service) {
  switch (service) {
    case ServiceId::kFrontend:
      return "http";
    case ServiceId::kCheckout:
      return "http";
    case ServiceId::kPayment:
      return "shop.payment.PaymentController";
    default:
      return "http/server.go:144";
  }
}

Level level_of_status(std::uint16_t status) {
  return status >= 500 ? Level::kError : status >= 400 ? Level::kWarn : Level::kInfo;
}

std::string_view as_text(const fmt::memory_buffer& buffer) {
  return {buffer.data(), buffer.size()};
}

}  // namespace

void Traffic::emit(Timestamp time, LogEntry& entry, const Place& place) {
  const ServiceCondition& condition = shop_.of(entry.service);
  if (condition.silent) return;
  entry.release = place.release;
  entry.task = place.task;
  entry.time = place.task == 0 ? time + condition.clock_offset : time;
  lines_.write(time, entry);
}

void Traffic::log_text(ServiceId service, const Place& place, Timestamp time, TraceId trace,
                       Level level, std::string_view where, std::string_view text,
                       std::string_view stack) {
  text_.clear();
  fill_placeholders(text, random_, text_);
  LogEntry entry{
      .service = service, .level = level, .place = where, .stack = stack, .trace = trace};
  entry.message = as_text(text_);
  emit(time, entry, place);
}

void Traffic::log_request(const Endpoint& endpoint, const Place& place, Timestamp end,
                          TraceId trace, const Answer& answer, std::string_view peer) {
  url_.clear();
  fill_placeholders(endpoint.url, random_, url_);
  text_.clear();
  const auto put = std::back_inserter(text_);
  const bool failed = answer.status >= 500;
  switch (endpoint.service) {
    case ServiceId::kFrontend:
      text_.append(std::string_view(failed ? "request errored" : "request completed"));
      break;
    case ServiceId::kCheckout:
      fmt::format_to(put, "{} {} {} {:.1f} ms", endpoint.method, as_text(url_), answer.status,
                     answer.duration_ms);
      break;
    case ServiceId::kPayment:
      fmt::format_to(put, "{} {} completed with {} in {:.0f} ms", endpoint.method, as_text(url_),
                     answer.status, answer.duration_ms);
      break;
    default:
      text_.append(std::string_view(failed ? "request failed" : "request served"));
      break;
  }
  LogEntry entry{.service = endpoint.service,
                 .level = level_of_status(answer.status),
                 .place = access_place(endpoint.service),
                 .message = as_text(text_),
                 .trace = trace,
                 .method = endpoint.method,
                 .route = endpoint.route,
                 .url = as_text(url_),
                 .status = answer.status,
                 .duration_ms = answer.duration_ms,
                 .peer = peer};
  emit(end, entry, place);
}

void Traffic::log_failure(const Endpoint& endpoint, const Place& place, Timestamp end,
                          TraceId trace) {
  const FailureText text = failure_text(endpoint.service);
  const bool of_fault = place.faulty && shop_.of(endpoint.service).error_share > 0;
  log_text(endpoint.service, place, end, trace, Level::kError, text.place,
           of_fault ? text.faulty : text.usual, of_fault ? text.stack : std::string_view());
}

void Traffic::log_upstream_failure(const Endpoint& endpoint, const Place& place, Timestamp end,
                                   TraceId trace, ServiceId callee, const Answer& answer) {
  const std::string text =
      answer.status == 504
          ? fmt::format("call to {} timed out after {:.0f} ms", name_of(callee), answer.duration_ms)
          : fmt::format("call to {} failed with status {} after {:.0f} ms", name_of(callee),
                        answer.status, answer.duration_ms);
  log_text(endpoint.service, place, end, trace, Level::kError, "upstream", text);
}

void Traffic::log_background(ServiceId service, Timestamp time, TraceId trace, const Place& place) {
  const MessageTemplate& message = pick_background(service, random_);
  log_text(service, place, time, trace, message.level, message.place, message.text);
}

void Traffic::run_background(Timestamp second) {
  for (const ServiceId service : kServices) {
    const double rate = traits_of(service).background_lines * plan_.requests_per_second *
                        (0.4 + 0.6 * shop_.traffic_factor) * options_.noise;
    const std::uint32_t lines = random_.poisson(rate);
    for (std::uint32_t i = 0; i < lines; ++i) {
      const Timestamp time = second + Duration(random_.below(1'000'000'000));
      log_background(service, time, {}, place_of(service));
    }
    if (shop_.of(service).flood_factor > 0) run_flood(service, second);
  }
}

void Traffic::run_flood(ServiceId service, Timestamp second) {
  const std::uint32_t lines = random_.poisson(shop_.of(service).flood_factor *
                                              plan_.requests_per_second * shop_.traffic_factor);
  for (std::uint32_t i = 0; i < lines; ++i) {
    const Place place = place_of(service);
    if (!place.faulty) continue;
    const Timestamp time = second + Duration(random_.below(1'000'000'000));
    log_text(service, place, time, {random_.next(), random_.next()}, Level::kWarn,
             "cache/lru.go:97", "cache entry for item {sku} discarded: checksum {hex} differs");
  }
}

void Traffic::run_starts(Timestamp second) {
  for (const Deploy& deploy : plan_.deploys) {
    // Each task starts one third of the rollout after the one before.
    for (std::size_t task = 0; task < kTasksPerService; ++task) {
      const Timestamp start = deploy.time + deploy.rollout / 3 * static_cast<int>(task);
      if (start < second || start >= second + std::chrono::seconds(1)) continue;
      const auto& releases = releases_[index_of(deploy.service)];
      const Place place{&releases[shop_.of(deploy.service).release], task, false};
      Timestamp time = start;
      for (const MessageTemplate& message : startup_messages()) {
        time = time + std::chrono::milliseconds(150);
        log_text(deploy.service, place, time, {}, message.level, message.place, message.text);
      }
    }
  }
}

void Traffic::run_leak(Timestamp second) {
  if (restarting_until_.is_set() && second >= restarting_until_) {
    restarting_until_ = Timestamp::none();
  }
  double leaked = 0;
  ServiceId service = ServiceId::kFrontend;
  for (const ServiceId candidate : kServices) {
    if (shop_.of(candidate).leaked_share > leaked) {
      leaked = shop_.of(candidate).leaked_share;
      service = candidate;
    }
  }
  if (leaked_before_ > 0.5 && leaked < leaked_before_ - 0.5 && leaked > 0) {
    restarting_until_ = second + std::chrono::seconds(20);
    const Place place{&releases_[index_of(service)][shop_.of(service).release], 0, false};
    log_text(service, place, second, {}, Level::kError, "main",
             "container killed: out of memory, limit 1024 MiB, exit code 137");
    for (const MessageTemplate& message : startup_messages()) {
      log_text(service, place, second + std::chrono::seconds(8), {}, message.level, message.place,
               message.text);
    }
  }
  leaked_before_ = leaked;
}

void Traffic::run_queue_worker(Timestamp second) {
  // Reports every half minute.
  if (second.ns / 1'000'000'000 % 30 != 0) return;
  const Place place = place_of(ServiceId::kPayment);
  const double depth = metrics_.queue_depth();
  const std::uint32_t events = 20 + random_.below(30);
  const std::string text = fmt::format("settled {} order events in {:.0f} ms", events,
                                       random_.log_normal(40, 0.4) / shop_.consumer_factor);
  log_text(ServiceId::kPayment, place, second, {}, Level::kInfo,
           "shop.payment.settlement.SettlementWorker", text);
  if (depth > 500) {
    const std::string warning =
        fmt::format("queue order-events is behind: {:.0f} events waiting", depth);
    log_text(ServiceId::kPayment, place, second, {}, Level::kWarn,
             "shop.payment.settlement.SettlementWorker", warning);
  }
}

}  // namespace inkling::gen
