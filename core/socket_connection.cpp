#include "core/socket_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstring>
#include <exception>
#include <utility>

#include "core/log.h"

namespace inkling {
namespace {

namespace asio = boost::asio;
using IoError = SocketStream::IoError;

constexpr std::size_t kRead = 64 * 1024;         // least room for a read
constexpr std::size_t kMaxUnwritten = 1u << 20;  // answers a client has not read
constexpr auto kWaitForRoom = std::chrono::milliseconds(20);
// After our last byte the client's are thrown away for a while: closing a socket with unread bytes
// resets it, and the client may lose what we said last.
constexpr auto kLingerTime = std::chrono::seconds(1);
constexpr std::size_t kLingerBytes = 1u << 20;

class ClientHandle final : public StreamClient {
 public:
  ClientHandle(std::string name, std::shared_ptr<SocketServerState> state,
               std::weak_ptr<SocketConnection> connection)
      : name_(std::move(name)), state_(std::move(state)), connection_(std::move(connection)) {}

  const std::string& name() const override { return name_; }
  void send(std::string bytes) override {
    post([bytes = std::move(bytes)](SocketConnection& connection) mutable {
      connection.send(std::move(bytes));
    });
  }
  void finish_sending() override {
    post([](SocketConnection& connection) { connection.finish_sending(); });
  }
  void resume() override {
    post([](SocketConnection& connection) { connection.resume(); });
  }

 private:
  template <class What>
  void post(What what) {
    // The lock keeps the server from taking Asio down while we post to it.
    MutexLock lock(state_->mutex);
    if (!state_->running) return;
    auto connection = connection_.lock();
    if (!connection) return;
    const auto executor = connection->executor();
    asio::post(executor, [connection = std::move(connection), what = std::move(what)]() mutable {
      what(*connection);
    });
  }

  const std::string name_;
  const std::shared_ptr<SocketServerState> state_;
  const std::weak_ptr<SocketConnection> connection_;
};

}  // namespace

SocketConnection::SocketConnection(std::unique_ptr<SocketStream> stream, std::string client_name,
                                   std::shared_ptr<SocketServerState> state)
    : state_(std::move(state)),
      stream_(std::move(stream)),
      client_name_(std::move(client_name)),
      limit_timer_(executor()),
      wake_timer_(executor()),
      room_timer_(executor()),
      write_timer_(executor()) {}

void SocketConnection::serve() {
  set_timer(state_->options.message_timeout);
  stream_->handshake([self = shared_from_this()](const IoError& error) {
    if (self->phase_ == Phase::kClosed) return;
    if (error) {
      count(self->state_->ended_handshake);
      return self->close();
    }
    self->begin();
  });
}

void SocketConnection::begin() {
  phase_ = Phase::kServing;
  handler_ = state_->handlers.stream(
      std::make_shared<ClientHandle>(client_name_, state_, weak_from_this()));
  if (!handler_) return close();
  ask();
}

void SocketConnection::ask() {
  if (phase_ != Phase::kServing || closing_) return;
  const StreamState state = ended_             ? StreamState::kEnded
                            : state_->draining ? StreamState::kDraining
                                               : StreamState::kOpen;
  StreamStep step;
  try {
    step = handler_->take(bytes_ready(), state);
  } catch (const std::exception& error) {
    log_error(fmt::format("{}: a handler threw: {}", state_->options.name, error.what()));
    return close();
  }
  consumed_ += std::min(step.used, bytes_ready().size());
  arm_wake(step.wake_in);
  if (step.next == StreamStep::Next::kClose) {
    closing_ = true;
    limit_timer_.cancel();
    // Answers given within take() are posted and come first.
    asio::post(executor(), [self = shared_from_this()] {
      self->all_said_ = true;
      if (!self->writing_) self->linger();
    });
    return;
  }
  paused_ = step.next == StreamStep::Next::kPause;
  arm_limit(step.used > 0);
  if (!paused_ && !ended_ && !reading_) read();
}

void SocketConnection::read() {
  reading_ = true;
  if (bytes_ready().empty()) {
    received_ = PaddedBuffer();  // many connections are idle: they keep no buffer
    consumed_ = 0;
    hold_bytes(0);
    stream_->wait_readable([self = shared_from_this()](const IoError& error) {
      if (self->phase_ == Phase::kClosed) return;
      if (self->phase_ == Phase::kLinger) return self->discard();
      if (error) return self->take_read(error, 0);
      self->read_into_buffer();
    });
    return;
  }
  if (bytes_ready().size() >= state_->options.max_message_bytes) {
    count(state_->ended_large);
    return close();
  }
  read_into_buffer();
}

void SocketConnection::read_into_buffer() {
  const std::string_view left = bytes_ready();
  if (consumed_ > 0) {
    std::memmove(received_.data(), left.data(), left.size());
    received_.resize(left.size());
    consumed_ = 0;
  }
  // Doubling, so that long messages are not copied for each piece.
  const std::size_t room = received_.capacity() - received_.size();
  if (room < kRead / 4) {
    const std::size_t capacity = received_.size() + std::max(kRead, received_.size());
    if (!hold_bytes(capacity)) {
      room_timer_.expires_after(kWaitForRoom);
      room_timer_.async_wait([self = shared_from_this()](const IoError& stopped) {
        if (stopped || self->phase_ == Phase::kClosed) return;
        self->phase_ == Phase::kLinger ? self->discard() : self->read_into_buffer();
      });
      return;
    }
    received_.reserve(capacity);
  }
  char* const target = received_.data() + received_.size();
  stream_->read_some({target, received_.capacity() - received_.size()},
                     [self = shared_from_this()](const IoError& error, std::size_t size) {
                       self->take_read(error, size);
                     });
}

void SocketConnection::take_read(const IoError& error, std::size_t size) {
  reading_ = false;
  if (phase_ == Phase::kLinger) return error ? close() : discard();
  if (phase_ != Phase::kServing) return;
  if (size > 0) {
    received_.resize(received_.size() + size);
    count(state_->bytes_received, size);
  }
  // Whatever ended it: what came before counts.
  if (error) ended_ = true;
  ask();
}

void SocketConnection::send(std::string bytes) {
  if (phase_ != Phase::kServing) return;
  to_write_ += bytes;
  if (to_write_.size() > kMaxUnwritten) {
    count(state_->ended_slow);
    return close();
  }
  if (!writing_) write();
}

void SocketConnection::finish_sending() {
  if (phase_ != Phase::kServing) return;
  finishing_ = true;
  if (!writing_) stream_->finish_sending();
}

void SocketConnection::write() {
  writing_ = true;
  being_written_ = std::exchange(to_write_, {});
  write_timer_.expires_after(state_->options.write_timeout);
  write_timer_.async_wait([self = shared_from_this()](const IoError& stopped) {
    if (stopped || self->write_timer_.expiry() > std::chrono::steady_clock::now()) return;
    if (self->phase_ == Phase::kClosed) return;
    count(self->state_->ended_slow);
    self->close();
  });
  stream_->write(asio::buffer(being_written_),
                 [self = shared_from_this()](const IoError& error, std::size_t) {
                   if (self->phase_ == Phase::kClosed) return;
                   self->write_timer_.cancel();
                   self->writing_ = false;
                   if (error) {
                     self->to_write_.clear();
                     // The client may still be sending; the next read tells.
                     if (self->closing_) self->close();
                     return;
                   }
                   if (!self->to_write_.empty()) return self->write();
                   if (self->all_said_) return self->linger();
                   if (self->finishing_) self->stream_->finish_sending();
                 });
}

void SocketConnection::linger() {
  if (phase_ != Phase::kServing) return;
  phase_ = Phase::kLinger;
  wake_timer_.cancel();
  handler_.reset();
  stream_->finish_sending();
  if (ended_) return close();
  set_timer(kLingerTime);
  if (!reading_) discard();  // else when that read has ended
}

void SocketConnection::discard() {
  received_.resize(0);
  consumed_ = 0;
  received_.reserve(kRead);
  stream_->read_some({received_.data(), kRead},
                     [self = shared_from_this()](const IoError& error, std::size_t size) {
                       if (self->phase_ != Phase::kLinger) return;
                       self->discarded_ += size;
                       if (error || self->discarded_ > kLingerBytes) return self->close();
                       self->discard();
                     });
}

void SocketConnection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  limit_timer_.cancel();
  wake_timer_.cancel();
  room_timer_.cancel();
  write_timer_.cancel();
  IoError ignored;
  stream_->socket().close(ignored);
  hold_bytes(0);
  // Not within a call of the handler's own.
  asio::post(executor(), [self = shared_from_this()] {
    self->handler_.reset();
    if (self->state_->connections.erase(self.get()) > 0) {
      self->state_->connections_open.fetch_sub(1, std::memory_order_relaxed);
    }
  });
}

// The client's time: none while we are the slow side.
void SocketConnection::arm_limit(bool progressed) {
  if (paused_ || ended_) {
    limit_timer_.cancel();
    in_message_ = false;
    return;
  }
  if (bytes_ready().empty()) {
    in_message_ = false;
    return set_timer(state_->options.idle_timeout);
  }
  if (progressed || !in_message_) set_timer(state_->options.message_timeout);
  in_message_ = true;
}

void SocketConnection::arm_wake(std::optional<Duration> wake_in) {
  wake_timer_.cancel();
  if (!wake_in) return;
  wake_timer_.expires_after(*wake_in);
  wake_timer_.async_wait([self = shared_from_this()](const IoError& stopped) {
    if (stopped || self->wake_timer_.expiry() > std::chrono::steady_clock::now()) return;
    self->ask();
  });
}

void SocketConnection::set_timer(Duration timeout) {
  limit_timer_.expires_after(timeout);
  limit_timer_.async_wait([self = shared_from_this()](const IoError& stopped) {
    if (stopped || self->limit_timer_.expiry() > std::chrono::steady_clock::now()) return;
    if (self->phase_ == Phase::kServing) {
      count(self->in_message_ ? self->state_->ended_slow : self->state_->ended_idle);
    } else if (self->phase_ == Phase::kHandshake) {
      count(self->state_->ended_handshake);
    }
    self->close();
  });
}

// Makes `total` our part of the bytes all connections hold; false, and nothing changed, if that is
// too much.
bool SocketConnection::hold_bytes(std::size_t total) {
  auto& held = state_->bytes_buffered;
  if (total > held_bytes_ && held.load(std::memory_order_relaxed) + (total - held_bytes_) >
                                 state_->options.max_buffered_bytes) {
    return false;
  }
  held.fetch_add(total - held_bytes_, std::memory_order_relaxed);  // wraps round when it falls
  held_bytes_ = total;
  return true;
}

void serve_socket_connection(std::unique_ptr<SocketStream> stream, std::string client_name,
                             const std::shared_ptr<SocketServerState>& state) {
  const auto connection =
      std::make_shared<SocketConnection>(std::move(stream), std::move(client_name), state);
  count(state->connections_open);
  state->connections.emplace(connection.get(), connection);
  connection->serve();
}

}  // namespace inkling
