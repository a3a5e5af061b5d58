#include "sinks/telemetry.h"

#include <string>
#include <utility>

namespace inkling::sinks {
namespace {

void raise_to(MetricsRegistry::Counter& counter, std::uint64_t total) {
  const double missing = static_cast<double>(total) - counter.value();
  if (missing > 0) counter.add(missing);
}

}  // namespace

void register_telemetry(HttpServer& server, Telemetry telemetry) {
  server.route("GET", "/metrics",
               [registry = telemetry.registry, refresh = std::move(telemetry.refresh)](
                   HttpRequest&&, HttpReply reply) {
                 if (refresh) refresh();
                 reply({.status = 200,
                        .content_type = "text/plain; version=0.0.4; charset=utf-8",
                        .body = registry ? registry->expose() : "",
                        .headers = {}});
               });
  server.route("GET", "/healthz", [](HttpRequest&&, HttpReply reply) {
    HttpResponse response;
    response.body = "ok\n";
    reply(std::move(response));
  });
  server.route("GET", "/readyz",
               [ready = std::move(telemetry.ready)](HttpRequest&&, HttpReply reply) {
                 HttpResponse response;
                 const bool is_ready = !ready || ready();
                 response.status = is_ready ? 200 : 503;
                 response.body = is_ready ? "ready\n" : "not ready\n";
                 reply(std::move(response));
               });
}

void export_ledger(const Ledger& ledger, MetricsRegistry& registry) {
  const auto total = [&](const std::string& name, const std::string& help, std::uint64_t value,
                         const MetricsRegistry::Labels& labels = {}) {
    raise_to(registry.counter(name, help, labels), value);
  };
  total("inkling_ledger_frames_total", "Frames taken from the journal.", ledger.frames);
  total("inkling_ledger_bytes_total", "Bytes taken in, decompressed.", ledger.bytes);
  total("inkling_ledger_lines_total", "Lines taken in.", ledger.lines);
  const auto outcome = [&](const char* name, std::uint64_t value) {
    total("inkling_ledger_outcome_lines_total", "What became of the lines.", value,
          {{"outcome", name}});
  };
  outcome("empty", ledger.empty);
  outcome("header", ledger.header);
  outcome("broken", ledger.broken_total());
  outcome("counted", ledger.counted);
  outcome("other", ledger.other);
  outcome("joined", ledger.joined);
  outcome("screened", ledger.screened);
  outcome("late", ledger.late);
  outcome("duplicate", ledger.duplicate);
  outcome("points", ledger.points);
  outcome("events", ledger.events);
  for (std::size_t i = 1; i < ledger.broken.size(); ++i) {
    total("inkling_ledger_broken_lines_total", "Lines that were not understood, by reason.",
          ledger.broken[i],
          {{"reason", std::string(parse_error_name(static_cast<ParseError>(i)))}});
  }
  total("inkling_ledger_time_missing_total", "Records that carried no time.", ledger.time_missing);
  total("inkling_ledger_time_clamped_total", "Records whose time lay too far ahead of arrival.",
        ledger.time_clamped);
  registry
      .gauge("inkling_ledger_balanced",
             "1 while lines in equal lines accounted for, 0 is a bug: report it.")
      .set(ledger.balances() ? 1 : 0);
}

void export_http_stats(const HttpServer::Stats& stats, MetricsRegistry& registry) {
  registry.gauge("inkling_http_connections", "Connections open.")
      .set(static_cast<double>(stats.connections_open));
  raise_to(registry.counter("inkling_http_connections_total", "Connections accepted."),
           stats.connections_total);
  raise_to(registry.counter("inkling_http_connections_refused_total",
                            "Connections refused at the limit."),
           stats.connections_refused);
  raise_to(registry.counter("inkling_http_requests_total", "Requests received."),
           stats.requests_total);
  raise_to(registry.counter("inkling_http_connections_expired_total",
                            "Connections ended at a time limit, without an answer."),
           stats.connections_expired);
  for (std::size_t i = 0; i < stats.rejected.size(); ++i) {
    raise_to(registry.counter("inkling_http_requests_rejected_total",
                              "Requests answered by a limit, without reaching a handler.",
                              {{"reason", std::string(kHttpRefusalNames[i])}}),
             stats.rejected[i]);
  }
  raise_to(registry.counter("inkling_http_body_bytes_total", "Bytes of request bodies, as sent."),
           stats.bytes_received);
  registry.gauge("inkling_http_buffered_bytes", "Bodies received and not answered yet.")
      .set(static_cast<double>(stats.bytes_buffered));
  if (!stats.tls) return;
  raise_to(registry.counter("inkling_http_tls_handshakes_failed_total",
                            "TLS handshakes that failed or took too long."),
           stats.handshakes_failed);
  const auto reloads = [&](const char* result, std::uint64_t total) {
    raise_to(registry.counter("inkling_http_tls_reloads_total",
                              "Changed certificate files, by whether they could be used.",
                              {{"result", result}}),
             total);
  };
  reloads("used", stats.tls->reloads);
  reloads("refused", stats.tls->failed_reloads);
  registry
      .gauge("inkling_http_tls_certificate_expiry_seconds",
             "When the certificate in use expires, in seconds since 1970.")
      .set(stats.tls->expires.seconds());
}

void export_socket_stats(const SocketServer::Stats& stats, const std::string& protocol,
                         MetricsRegistry& registry) {
  const MetricsRegistry::Labels labels = {{"protocol", protocol}};
  const auto level = [&](const char* name, const char* help, std::uint64_t value) {
    registry.gauge(name, help, labels).set(static_cast<double>(value));
  };
  const auto total = [&](const char* name, const char* help, std::uint64_t value) {
    raise_to(registry.counter(name, help, labels), value);
  };
  level("inkling_socket_connections", "Connections open.", stats.connections_open);
  level("inkling_socket_buffered_bytes", "Received and not used yet.", stats.bytes_buffered);
  total("inkling_socket_connections_total", "Connections accepted.", stats.connections_total);
  total("inkling_socket_received_bytes_total", "Bytes received.", stats.bytes_received);
  total("inkling_socket_datagrams_total", "Datagrams received.", stats.datagrams);
  total("inkling_socket_datagrams_dropped_total", "Datagrams the kernel had no room for.",
        stats.datagrams_dropped);
  total("inkling_socket_datagrams_cut_total", "Datagrams longer than 64 KiB.", stats.datagrams_cut);
  const auto ended = [&](const char* reason, std::uint64_t value) {
    raise_to(registry.counter("inkling_socket_connections_ended_total",
                              "Connections ended by a limit, by reason.",
                              {{"protocol", protocol}, {"reason", reason}}),
             value);
  };
  ended("limit", stats.connections_refused);
  ended("idle", stats.ended_idle);
  ended("slow", stats.ended_slow);
  ended("large", stats.ended_large);
  ended("handshake", stats.ended_handshake);
}

}  // namespace inkling::sinks
