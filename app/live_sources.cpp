#include "app/live_sources.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "core/log.h"
#include "ingest/socket/forward_source.h"
#include "ingest/socket/statsd_source.h"
#include "ingest/socket/syslog_source.h"
#include "ingest/stdin_source.h"
#include "sinks/telemetry.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostOrigins = 4'096;  // files and pipes
// Clients of the socket protocols come behind those of HTTP, which begin at 1'000'000.
constexpr OriginId kFirstForwardOrigin = 1'100'000;
constexpr OriginId kFirstSyslogOrigin = 1'200'000;
constexpr OriginId kFirstStatsdOrigin = 1'300'000;

Result<SocketServerOptions> server_options(const std::string& protocol,
                                           const ingest::SocketInputOptions& options) {
  SocketServerOptions server{.name = "inputs." + protocol,
                             .tls = options.tls,
                             .max_connections = options.max_connections,
                             .max_message_bytes = options.max_message_bytes,
                             .max_buffered_bytes = options.max_buffered_bytes,
                             .idle_timeout = options.idle_timeout,
                             .message_timeout = options.message_timeout,
                             .receive_buffer_bytes = options.receive_buffer_bytes};
  for (const std::string& text : options.listen) {
    INKLING_TRY_ASSIGN(auto address, parse_socket_address(text));
    server.listen.push_back(std::move(address));
  }
  return server;
}

}  // namespace

LiveSources::LiveSources(const Surroundings& surroundings)
    : surroundings_(surroundings), origins_(kMostOrigins) {}
LiveSources::~LiveSources() { stop(); }

ingest::SocketIntake& LiveSources::make_intake(const std::string& protocol, Format format,
                                               OriginId first) {
  Sockets& sockets = sockets_.emplace_back();
  sockets.protocol = protocol;
  sockets.intake = std::make_unique<ingest::SocketIntake>(
      protocol, format, *journal_, surroundings_.clock, surroundings_.metrics, first);
  return *sockets.intake;
}

Result<void> LiveSources::open_sockets(const std::string& protocol,
                                       const ingest::SocketInputOptions& options,
                                       SocketHandlers handlers) {
  INKLING_TRY_ASSIGN(auto server, server_options(protocol, options));
  INKLING_TRY_ASSIGN(sockets_.back().server, SocketServer::create(server, std::move(handlers)));
  return {};
}

Result<void> LiveSources::open(ingest::Journal& journal,
                               const std::vector<ingest::FollowPosition>& positions) {
  journal_ = &journal;
  const config::Config& config = surroundings_.config;
  INKLING_TRY_ASSIGN(pull_, LivePull::create(config, journal, origins_, surroundings_.clock,
                                             surroundings_.metrics));
  if (!config.follow.paths.empty()) {
    INKLING_TRY_ASSIGN(follow_, ingest::FileFollow::create(
                                    config.follow, journal,
                                    [this](const std::string& name) { return origins_.of(name); },
                                    surroundings_.clock, surroundings_.metrics));
    follow_->note_journal(positions);
  }
  if (!config.forward.sockets.listen.empty()) {
    auto& intake = make_intake("forward", Format::kForward, kFirstForwardOrigin);
    INKLING_TRY_ASSIGN(auto handlers, ingest::make_forward_handlers(config.forward, intake));
    INKLING_TRY(open_sockets("forward", config.forward.sockets, std::move(handlers)));
  }
  if (!config.syslog.sockets.listen.empty()) {
    auto& intake = make_intake("syslog", Format::kSyslog, kFirstSyslogOrigin);
    INKLING_TRY(open_sockets("syslog", config.syslog.sockets,
                             ingest::make_syslog_handlers(config.syslog, intake)));
  }
  if (!config.statsd.sockets.listen.empty()) {
    auto& intake = make_intake("statsd", Format::kStatsd, kFirstStatsdOrigin);
    INKLING_TRY(open_sockets("statsd", config.statsd.sockets,
                             ingest::make_statsd_handlers(config.statsd, intake)));
  }
  return {};
}

Result<void> LiveSources::start(std::stop_source& stop) {
  for (const Sockets& sockets : sockets_) INKLING_TRY(sockets.server->start());
  if (follow_) {
    threads_.emplace_back([this, &stop] {
      if (const auto done = follow_->run(stop.get_token()); !done) {
        log_error(fmt::format("following files ended: {}", done.error().message));
        stop.request_stop();
      }
    });
  }
  pull_->start(threads_, stop);
  if (surroundings_.read_stdin) threads_.emplace_back([this, &stop] { run_stdin(stop); });
  return {};
}

void LiveSources::run_stdin(std::stop_source& stop) {
  ingest::StdinSource source(STDIN_FILENO, surroundings_.config.input, *journal_,
                             origins_.of("stdin"), surroundings_.clock, surroundings_.metrics);
  if (const auto done = source.run(stop.get_token()); !done) {
    log_error(fmt::format("standard input: {}", done.error().message));
  }
  if (follow_ || !sockets_.empty() || !pull_->is_empty()) return;
  ended_ = !stop.stop_requested();
  stop.request_stop();  // its end is the end of the input
}

void LiveSources::drain() {
  for (const Sockets& sockets : sockets_) sockets.server->drain();
  for (std::jthread& thread : threads_) thread.join();
  threads_.clear();
}

bool LiveSources::is_idle() const {
  for (const Sockets& sockets : sockets_) {
    const SocketServer::Stats stats = sockets.server->stats();
    if (stats.connections_open + stats.datagram_sockets_open > 0) return false;
  }
  return true;
}

void LiveSources::stop() {
  for (const Sockets& sockets : sockets_) {
    if (sockets.server) sockets.server->stop();
  }
}

void LiveSources::reload_tls() {
  for (const Sockets& sockets : sockets_) sockets.server->reload_tls();
}

void LiveSources::export_stats() {
  for (const Sockets& sockets : sockets_) {
    sinks::export_socket_stats(sockets.server->stats(), sockets.protocol, surroundings_.metrics);
  }
}

std::vector<std::string> LiveSources::addresses() const {
  std::vector<std::string> all;
  for (const Sockets& sockets : sockets_) {
    for (const SocketAddress& address : sockets.server->addresses()) {
      all.push_back(sockets.protocol + " " + to_string(address));
    }
  }
  return all;
}

}  // namespace inkling::app
