#pragma once

#include <functional>

#include "core/http_server.h"
#include "core/ledger.h"
#include "core/metrics.h"
#include "core/socket_server.h"

namespace inkling::sinks {

// What the program says of itself over HTTP. Callbacks are called on the server's threads and must
// be thread-safe; they may be empty.
struct Telemetry {
  MetricsRegistry* registry = nullptr;  // outlives the server
  std::function<bool()> ready;          // takes data and keeps up; empty = always
  std::function<void()> refresh;        // brings gauges up to date before they are shown
};

// Registers GET /metrics (Prometheus text), GET /healthz (200 while the process answers) and GET
// /readyz (200, or 503 while `ready` says no). Before HttpServer::start().
void register_telemetry(HttpServer& server, Telemetry telemetry);

// Exports the books: counters grow by the difference to what was exported before, never back.
// One caller at a time.
void export_ledger(const Ledger& ledger, MetricsRegistry& registry);

// Exports what the listener counts. One caller at a time.
void export_http_stats(const HttpServer::Stats& stats, MetricsRegistry& registry);

// The same of the sockets of one protocol, which labels them.
void export_socket_stats(const SocketServer::Stats& stats, const std::string& protocol,
                         MetricsRegistry& registry);

}  // namespace inkling::sinks
