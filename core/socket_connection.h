#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/padded_buffer.h"
#include "core/socket_server_state.h"
#include "core/socket_stream.h"

namespace inkling {

// Private to the socket server. One connection: reads, asks its handler, writes. Everything runs on
// the server's thread; the client's handle posts to it.
class SocketConnection : public std::enable_shared_from_this<SocketConnection> {
 public:
  SocketConnection(std::unique_ptr<SocketStream> stream, std::string client_name,
                   std::shared_ptr<SocketServerState> state);

  SocketStream::Socket::executor_type executor() { return stream_->socket().get_executor(); }
  void serve();
  void drain() { ask(); }

  // What the client's handle asks for.
  void send(std::string bytes);
  void finish_sending();
  void resume() { ask(); }

 private:
  enum class Phase { kHandshake, kServing, kLinger, kClosed };

  void begin();
  void ask();
  void read();
  void read_into_buffer();
  void take_read(const SocketStream::IoError& error, std::size_t size);
  void write();
  void linger();
  void discard();
  void close();
  void arm_limit(bool progressed);
  void arm_wake(std::optional<Duration> wake_in);
  void set_timer(Duration timeout);
  bool hold_bytes(std::size_t total);
  std::string_view bytes_ready() const { return received_.view().substr(consumed_); }

  const std::shared_ptr<SocketServerState> state_;
  const std::unique_ptr<SocketStream> stream_;
  const std::string client_name_;
  boost::asio::steady_timer limit_timer_;  // idle, message, handshake, linger
  boost::asio::steady_timer wake_timer_;
  boost::asio::steady_timer room_timer_;  // all clients together hold too much
  boost::asio::steady_timer write_timer_;
  std::unique_ptr<StreamHandler> handler_;

  Phase phase_ = Phase::kHandshake;
  bool reading_ = false;     // a read or a wait for one is under way
  bool paused_ = false;      // by the handler
  bool ended_ = false;       // the client has sent its last byte
  bool in_message_ = false;  // the limit is that of a message
  bool writing_ = false;
  bool all_said_ = false;   // closing, and no answer is on its way to to_write_
  bool closing_ = false;    // once everything is written
  bool finishing_ = false;  // finish_sending once everything is written
  PaddedBuffer received_;
  std::size_t consumed_ = 0;  // bytes of it that were used
  std::size_t held_bytes_ = 0;
  std::size_t discarded_ = 0;
  std::string to_write_;
  std::string being_written_;
};

// Serves a connection until it ends. The state keeps it alive.
void serve_socket_connection(std::unique_ptr<SocketStream> stream, std::string client_name,
                             const std::shared_ptr<SocketServerState>& state);

}  // namespace inkling
