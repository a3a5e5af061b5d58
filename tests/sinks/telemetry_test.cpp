#include "sinks/telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/report_context.h"

namespace inkling::sinks {
namespace {

using testing::HasSubstr;

// Keeps the routes and answers from them, without a socket.
class RouteTable final : public HttpServer {
 public:
  void add_route(HttpRoute route) override {
    routes_[route.method + " " + route.path] = std::move(route.handler);
  }
  HttpResponse get(const std::string& path) {
    HttpResponse answer{.status = 404, .content_type = "", .body = "", .headers = {}};
    const auto found = routes_.find("GET " + path);
    if (found == routes_.end()) return answer;
    found->second(HttpRequest{}, [&](HttpResponse response) { answer = std::move(response); });
    return answer;
  }
  Result<void> start() override { return {}; }
  std::uint16_t port() const override { return 0; }
  void drain() override {}
  void stop() override {}
  Stats stats() const override { return {}; }

 private:
  std::map<std::string, HttpHandler> routes_;
};

TEST(TelemetryTest, ShowsMetricsAfterRefreshing) {
  MetricsRegistry registry;
  RouteTable server;
  register_telemetry(server, {.registry = &registry, .ready = {}, .refresh = [&] {
                                registry.gauge("inkling_test", "A test.").set(7);
                              }});
  const HttpResponse answer = server.get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(answer.body, HasSubstr("inkling_test 7\n"));
}

TEST(TelemetryTest, IsHealthyWhileItAnswers) {
  RouteTable server;
  register_telemetry(server, {.registry = nullptr, .ready = [] { return false; }, .refresh = {}});
  EXPECT_EQ(server.get("/healthz").status, 200);
}

TEST(TelemetryTest, IsReadyWhenTheCallbackSaysSo) {
  bool ready = false;
  RouteTable server;
  register_telemetry(server, {.registry = nullptr, .ready = [&] { return ready; }, .refresh = {}});
  EXPECT_EQ(server.get("/readyz").status, 503);
  ready = true;
  EXPECT_EQ(server.get("/readyz").status, 200);
}

TEST(ExportLedgerTest, ExportsEveryOutcome) {
  MetricsRegistry registry;
  export_ledger(test::make_report_context().ledger, registry);
  const std::string text = registry.expose();
  EXPECT_THAT(text, HasSubstr("inkling_ledger_lines_total 1204416\n"));
  EXPECT_THAT(text, HasSubstr("inkling_ledger_outcome_lines_total{outcome=\"counted\"} 1190000\n"));
  EXPECT_THAT(text, HasSubstr("inkling_ledger_outcome_lines_total{outcome=\"late\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("inkling_ledger_broken_lines_total{reason=\"bad_json\"} 9\n"));
  EXPECT_THAT(text, HasSubstr("inkling_ledger_balanced 1\n"));
}

TEST(ExportLedgerTest, AddsOnlyWhatIsNew) {
  MetricsRegistry registry;
  Ledger ledger;
  ledger.lines = ledger.counted = 10;
  export_ledger(ledger, registry);
  export_ledger(ledger, registry);
  ledger.lines = ledger.counted = 25;
  export_ledger(ledger, registry);
  EXPECT_THAT(registry.expose(), HasSubstr("inkling_ledger_lines_total 25\n"));
}

TEST(ExportLedgerTest, CountersNeverGoBack) {
  MetricsRegistry registry;
  Ledger ledger;
  ledger.lines = 25;
  export_ledger(ledger, registry);
  ledger.lines = 5;
  export_ledger(ledger, registry);
  EXPECT_THAT(registry.expose(), HasSubstr("inkling_ledger_lines_total 25\n"));
}

TEST(ExportLedgerTest, ShowsBooksThatDoNotBalance) {
  MetricsRegistry registry;
  Ledger ledger;
  ledger.lines = 1;
  export_ledger(ledger, registry);
  EXPECT_THAT(registry.expose(), HasSubstr("inkling_ledger_balanced 0\n"));
}

TEST(ExportHttpStatsTest, ExportsTheListener) {
  MetricsRegistry registry;
  HttpServer::Stats stats;
  stats.connections_open = 3;
  stats.requests_total = 12;
  export_http_stats(stats, registry);
  const std::string text = registry.expose();
  EXPECT_THAT(text, HasSubstr("inkling_http_connections 3\n"));
  EXPECT_THAT(text, HasSubstr("inkling_http_requests_total 12\n"));
}

TEST(TelemetryTest, TellsRefusalsByReason) {
  MetricsRegistry registry;
  HttpServer::Stats stats;
  stats.rejected[static_cast<std::size_t>(HttpRefusal::kSlow)] = 3;
  export_http_stats(stats, registry);
  export_http_stats(stats, registry);
  EXPECT_THAT(registry.expose(),
              HasSubstr("inkling_http_requests_rejected_total{reason=\"slow\"} 3\n"));
  EXPECT_THAT(registry.expose(), testing::Not(HasSubstr("inkling_http_tls")));
}

TEST(TelemetryTest, TellsWhenTheCertificateExpires) {
  MetricsRegistry registry;
  HttpServer::Stats stats;
  stats.handshakes_failed = 2;
  stats.tls = TlsContext::Stats{
      .reloads = 1, .failed_reloads = 4, .expires = Timestamp::from_seconds(1'900'000'000)};
  export_http_stats(stats, registry);
  const std::string text = registry.expose();
  EXPECT_THAT(text, HasSubstr("inkling_http_tls_handshakes_failed_total 2\n"));
  EXPECT_THAT(text, HasSubstr("inkling_http_tls_reloads_total{result=\"refused\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("inkling_http_tls_certificate_expiry_seconds 1900000000\n"));
}

}  // namespace
}  // namespace inkling::sinks
