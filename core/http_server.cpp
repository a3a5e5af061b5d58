#include "core/http_server.h"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "core/http_connection.h"
#include "core/log.h"

namespace inkling {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// How many clients beyond max_connections are told so at the same time; the others are cut off.
constexpr std::uint64_t kMaxRefusals = 64;
// Without file descriptors accepting fails at once, again and again.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

class AsioHttpServer final : public HttpServer {
 public:
  AsioHttpServer(const HttpServerOptions& options, asio::ip::address address,
                 std::unique_ptr<TlsContext> tls)
      : state_(std::make_shared<HttpServerState>(options)),
        address_(std::move(address)),
        context_(std::make_unique<asio::io_context>(static_cast<int>(options.threads))) {
    state_->tls = std::move(tls);
  }
  ~AsioHttpServer() override { stop(); }

  void add_route(HttpRoute route) override { state_->router.add(std::move(route)); }

  Result<void> start() override;
  std::uint16_t port() const override { return port_; }
  void drain() override;
  void stop() override;
  Stats stats() const override;
  void reload_tls() override {
    if (state_->tls) state_->tls->reload();
  }

 private:
  void accept();
  void take(tcp::socket socket);
  void run();

  const std::shared_ptr<HttpServerState> state_;
  const asio::ip::address address_;
  std::uint16_t port_ = 0;
  std::unique_ptr<asio::io_context> context_;  // gone once stopped
  // Keeps the threads while requests wait for their handlers, of which Asio knows nothing.
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::optional<tcp::acceptor> acceptor_;    // used on its strand only, once started
  std::optional<asio::steady_timer> pause_;  // on the same strand
  bool accept_failed_ = false;               // the same: said once, until it works again
  std::vector<std::jthread> threads_;
};

Result<void> AsioHttpServer::start() {
  const tcp::endpoint endpoint(address_, state_->options.port);
  acceptor_.emplace(asio::make_strand(*context_));
  pause_.emplace(acceptor_->get_executor());
  error_code ec;
  acceptor_->open(endpoint.protocol(), ec);
  if (!ec) acceptor_->set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_->bind(endpoint, ec);
  if (!ec) acceptor_->listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) port_ = acceptor_->local_endpoint(ec).port();
  if (ec) {
    acceptor_.reset();
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot listen on {}:{}: {}", state_->options.address,
                            state_->options.port, ec.message()));
  }
  {
    MutexLock lock(state_->mutex);
    state_->running = true;
  }
  asio::post(acceptor_->get_executor(), [this] { accept(); });
  work_.emplace(context_->get_executor());
  for (std::size_t i = 0; i < state_->options.threads; ++i) {
    threads_.emplace_back([this] { run(); });
  }
  return {};
}

void AsioHttpServer::run() {
  while (true) {
    try {
      context_->run();
      return;
    } catch (const std::exception& error) {
      log_error(fmt::format("HTTP server: {}", error.what()));
    }
  }
}

void AsioHttpServer::accept() {
  acceptor_->async_accept(
      asio::make_strand(*context_), [this](const error_code& ec, tcp::socket socket) {
        if (!acceptor_->is_open()) return;  // drained
        if (!ec) {
          accept_failed_ = false;
          take(std::move(socket));
          accept();
          return;
        }
        if (!std::exchange(accept_failed_, true)) {
          log_warn(fmt::format("HTTP server cannot accept connections: {}", ec.message()));
        }
        pause_->expires_after(kAcceptPause);
        pause_->async_wait([this](const error_code& stopped) {
          if (!stopped && acceptor_->is_open()) accept();
        });
      });
}

void AsioHttpServer::take(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  state_->connections_total.fetch_add(1, std::memory_order_relaxed);
  if (state_->connections_open.load(std::memory_order_relaxed) < state_->options.max_connections) {
    serve_http_connection(std::move(socket), state_);
    return;
  }
  state_->connections_refused.fetch_add(1, std::memory_order_relaxed);
  if (state_->tls) return;  // a handshake only to refuse costs more than it tells
  if (state_->refusals_open.load(std::memory_order_relaxed) < kMaxRefusals) {
    refuse_http_connection(std::move(socket), state_);
  }
}

void AsioHttpServer::drain() {
  if (!context_ || !acceptor_) return;
  state_->draining.store(true);
  asio::post(acceptor_->get_executor(), [this] {
    error_code ignored;
    acceptor_->close(ignored);
    pause_->cancel();
    std::vector<std::shared_ptr<HttpConnection>> connections;
    {
      MutexLock lock(state_->mutex);
      for (const auto& [key, connection] : state_->connections) connections.push_back(connection);
    }
    for (const auto& connection : connections) drain_http_connection(connection);
  });
}

void AsioHttpServer::stop() {
  if (!context_) return;
  {
    MutexLock lock(state_->mutex);
    state_->running = false;
  }
  context_->stop();
  threads_.clear();  // joins
  std::map<const HttpConnection*, std::shared_ptr<HttpConnection>> connections;
  {
    MutexLock lock(state_->mutex);
    connections.swap(state_->connections);
  }
  connections.clear();
  state_->connections_open.store(0);
  work_.reset();
  pause_.reset();
  acceptor_.reset();
  context_.reset();
}

HttpServer::Stats AsioHttpServer::stats() const {
  const auto read = [](const std::atomic<std::uint64_t>& count) {
    return count.load(std::memory_order_relaxed);
  };
  Stats stats{.connections_open = read(state_->connections_open),
              .connections_total = read(state_->connections_total),
              .connections_refused = read(state_->connections_refused),
              .connections_expired = read(state_->connections_expired),
              .handshakes_failed = read(state_->handshakes_failed),
              .requests_total = read(state_->requests_total),
              .bytes_received = read(state_->bytes_received),
              .bytes_buffered = read(state_->bytes_buffered)};
  for (std::size_t i = 0; i < stats.rejected.size(); ++i) {
    stats.rejected[i] = read(state_->rejected[i]);
    stats.requests_rejected += stats.rejected[i];
  }
  if (state_->tls) stats.tls = state_->tls->stats();
  return stats;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::unique_ptr<HttpServer>> HttpServer::create(const HttpServerOptions& options) {
  const auto invalid = [](std::string message) {
    return fail(ErrorCode::kInvalidArgument, std::move(message));
  };
  error_code ec;
  const auto address =
      asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, ec);
  if (ec) return invalid(fmt::format("http.address must be an IP address: {}", options.address));
  if (options.threads < 1 || options.threads > 256) {
    return invalid(fmt::format("http.threads must be 1 to 256: {}", options.threads));
  }
  if (options.max_connections < 1) {
    return invalid("http.max_connections must be at least 1: 0");
  }
  if (options.max_head_bytes < 256) {
    return invalid(
        fmt::format("http.max_head_bytes must be at least 256: {}", options.max_head_bytes));
  }
  if (options.max_buffered_bytes < options.max_body_bytes) {
    return invalid(fmt::format("http.max_buffered_bytes must be at least http.max_body_bytes: {}",
                               options.max_buffered_bytes));
  }
  for (const Duration timeout : {options.head_timeout, options.body_timeout, options.idle_timeout,
                                 options.handshake_timeout}) {
    if (timeout <= Duration(0)) {
      return invalid("http.head_timeout, body_, idle_ and handshake_timeout must be above 0");
    }
  }
  std::unique_ptr<TlsContext> tls;
  if (options.tls.enabled()) {
    TlsOptions tls_options = options.tls;
    tls_options.protocols = {"http/1.1"};
    INKLING_TRY_ASSIGN(tls, TlsContext::create(tls_options));
  }
  return std::unique_ptr<HttpServer>(
      std::make_unique<AsioHttpServer>(options, address, std::move(tls)));
}

}  // namespace inkling
