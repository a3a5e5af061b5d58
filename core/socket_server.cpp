#include "core/socket_server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <thread>
#include <utility>

#include "core/log.h"
#include "core/socket_connection.h"
#include "core/socket_datagrams.h"
#include "core/socket_open.h"

namespace inkling {
namespace {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;
using boost::system::error_code;

// Without file descriptors accepting fails at once, again and again.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

// One listening stream socket. Runs on the server's thread.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // `tls`: null for a plain one; outlives this.
  Listener(OpenSocket socket, asio::io_context& context, std::shared_ptr<SocketServerState> state,
           TlsContext* tls)
      : tls_(tls),
        socket_(std::move(socket)),
        acceptor_(context, Protocol(socket_.family(), IPPROTO_IP), socket_.fd()),
        pause_(context),
        state_(std::move(state)) {
    socket_.release();
  }

  const SocketAddress& address() const { return socket_.address(); }

  void accept() {
    acceptor_.async_accept(
        [self = shared_from_this()](const error_code& error, Protocol::socket socket) {
          if (!self->acceptor_.is_open()) return;  // drained
          if (!error) {
            self->accept_failed_ = false;
            self->take(std::move(socket));
            return self->accept();
          }
          if (!std::exchange(self->accept_failed_, true)) {
            log_warn(fmt::format("{} cannot accept connections: {}", self->state_->options.name,
                                 error.message()));
          }
          self->pause_.expires_after(kAcceptPause);
          self->pause_.async_wait([self](const error_code& stopped) {
            if (!stopped && self->acceptor_.is_open()) self->accept();
          });
        });
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  void take(Protocol::socket socket) {
    count(state_->connections_total);
    if (state_->connections.size() >= state_->options.max_connections) {
      count(state_->connections_refused);
      return;  // closed: the client comes again later
    }
    std::string client = to_string(address());
    if (!address().is_path()) {
      error_code error;
      const auto peer = socket.remote_endpoint(error);
      asio::ip::tcp::endpoint ip;
      if (!error && peer.size() <= ip.capacity()) {
        std::memcpy(ip.data(), peer.data(), peer.size());
        client = ip.address().to_string();
      }
      keep_alive(socket.native_handle());
    }
    if (tls_ == nullptr) {
      serve_socket_connection(make_plain_stream(std::move(socket)), std::move(client), state_);
      return;
    }
    error_code ignored;
    socket.native_non_blocking(true, ignored);
    auto session = tls_->accept(socket.native_handle());
    if (!session) {
      count(state_->ended_handshake);
      return;
    }
    serve_socket_connection(make_tls_stream(std::move(socket), std::move(*session)),
                            std::move(client), state_);
  }

  // Finds clients that went away without a word after two minutes.
  static void keep_alive(int fd) {
    const int on = 1;
    const int idle = 60;
    const int interval = 15;
    const int probes = 4;
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  TlsContext* const tls_;
  OpenSocket socket_;  // removes the file of a unix socket
  asio::basic_socket_acceptor<Protocol> acceptor_;
  asio::steady_timer pause_;
  bool accept_failed_ = false;  // said once, until it works again
  const std::shared_ptr<SocketServerState> state_;
};

class AsioSocketServer final : public SocketServer {
 public:
  AsioSocketServer(const SocketServerOptions& options, SocketHandlers handlers,
                   std::unique_ptr<TlsContext> tls)
      : tls_(std::move(tls)),
        state_(std::make_shared<SocketServerState>(options, std::move(handlers))),
        context_(std::make_unique<asio::io_context>(1)) {}
  ~AsioSocketServer() override { stop(); }

  Result<void> start() override;
  std::vector<SocketAddress> addresses() const override { return addresses_; }
  void drain() override;
  void stop() override;
  Stats stats() const override;
  TlsContext::Stats tls_stats() const override {
    return tls_ ? tls_->stats() : TlsContext::Stats{};
  }
  void reload_tls() override {
    if (tls_) tls_->reload();
  }

 private:
  void run();

  const std::unique_ptr<TlsContext> tls_;  // null without a tls:// address; outlives all sessions
  const std::shared_ptr<SocketServerState> state_;
  std::unique_ptr<asio::io_context> context_;  // gone once stopped
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::vector<std::shared_ptr<Listener>> listeners_;  // constant while the thread runs
  std::vector<std::shared_ptr<SocketDatagrams>> datagrams_;
  std::vector<SocketAddress> addresses_;
  std::jthread thread_;
};

Result<void> AsioSocketServer::start() {
  std::vector<OpenSocket> sockets;
  for (const SocketAddress& address : state_->options.listen) {
    INKLING_TRY_ASSIGN(auto socket,
                       OpenSocket::open(address, state_->options.receive_buffer_bytes));
    sockets.push_back(std::move(socket));
  }
  for (OpenSocket& socket : sockets) {
    addresses_.push_back(socket.address());
    if (socket.address().is_datagram()) {
      datagrams_.push_back(std::make_shared<SocketDatagrams>(std::move(socket), *context_, state_));
    } else {
      const bool is_tls = socket.address().kind == SocketKind::kTls;
      listeners_.push_back(std::make_shared<Listener>(std::move(socket), *context_, state_,
                                                      is_tls ? tls_.get() : nullptr));
    }
  }
  {
    MutexLock lock(state_->mutex);
    state_->running = true;
  }
  asio::post(*context_, [this] {
    for (const auto& listener : listeners_) listener->accept();
    for (const auto& datagrams : datagrams_) datagrams->begin();
  });
  work_.emplace(context_->get_executor());
  thread_ = std::jthread([this] { run(); });
  return {};
}

void AsioSocketServer::run() {
  while (true) {
    try {
      context_->run();
      return;
    } catch (const std::exception& error) {
      log_error(fmt::format("{}: {}", state_->options.name, error.what()));
    }
  }
}

void AsioSocketServer::drain() {
  if (!context_ || !thread_.joinable()) return;
  asio::post(*context_, [this] {
    state_->draining = true;
    for (const auto& listener : listeners_) listener->close();
    for (const auto& datagrams : datagrams_) datagrams->drain();
    const auto connections = state_->connections;  // asking may end them
    for (const auto& [key, connection] : connections) connection->drain();
  });
}

void AsioSocketServer::stop() {
  if (!context_) return;
  {
    MutexLock lock(state_->mutex);
    state_->running = false;
  }
  context_->stop();
  if (thread_.joinable()) thread_.join();
  state_->connections.clear();
  state_->connections_open.store(0);
  state_->datagram_sockets_open.store(0);
  listeners_.clear();
  datagrams_.clear();
  work_.reset();
  context_.reset();
}

SocketServer::Stats AsioSocketServer::stats() const {
  const auto read = [](const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  return {.connections_open = read(state_->connections_open),
          .connections_total = read(state_->connections_total),
          .connections_refused = read(state_->connections_refused),
          .ended_idle = read(state_->ended_idle),
          .ended_slow = read(state_->ended_slow),
          .ended_large = read(state_->ended_large),
          .ended_handshake = read(state_->ended_handshake),
          .bytes_received = read(state_->bytes_received),
          .bytes_buffered = read(state_->bytes_buffered),
          .datagrams = read(state_->datagrams),
          .datagrams_dropped = read(state_->datagrams_dropped),
          .datagrams_cut = read(state_->datagrams_cut),
          .datagram_sockets_open = read(state_->datagram_sockets_open)};
}

}  // namespace

Result<std::unique_ptr<SocketServer>> SocketServer::create(const SocketServerOptions& options,
                                                           SocketHandlers handlers) {
  const auto invalid = [&](std::string_view what) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}.{}", options.name, what));
  };
  bool wants_tls = false;
  for (const SocketAddress& address : options.listen) {
    wants_tls = wants_tls || address.kind == SocketKind::kTls;
    if (address.is_datagram() ? !handlers.datagram : !handlers.stream) {
      return invalid(
          fmt::format("listen: not spoken over this kind of socket: {}", to_string(address)));
    }
  }
  if (options.max_connections < 1) return invalid("max_connections must be at least 1: 0");
  if (options.max_message_bytes < 1024) return invalid("max_message_bytes must be at least 1 KiB");
  if (options.max_buffered_bytes < options.max_message_bytes) {
    return invalid("max_buffered_bytes must be at least max_message_bytes");
  }
  for (const Duration timeout :
       {options.idle_timeout, options.message_timeout, options.write_timeout}) {
    if (timeout <= Duration(0)) {
      return invalid("idle_timeout, message_timeout and write_timeout must be above 0");
    }
  }
  std::unique_ptr<TlsContext> tls;
  if (wants_tls) {
    if (!options.tls.enabled()) return invalid("tls.certificate is needed for tls:// addresses");
    INKLING_TRY_ASSIGN(tls, TlsContext::create(options.tls));
  }
  return std::unique_ptr<SocketServer>(
      std::make_unique<AsioSocketServer>(options, std::move(handlers), std::move(tls)));
}

}  // namespace inkling
