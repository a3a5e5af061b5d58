#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "core/tls_io.h"
#include "core/tls_session.h"

namespace inkling {

// Private to the HTTP server: the bytes of one connection, plain or in TLS. One read and one write
// at a time; handlers are called on the socket's strand and keep the stream alive.
class HttpStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using IoError = boost::system::error_code;

  explicit HttpStream(Socket socket) : socket_(std::move(socket)) {}

  Socket& socket() { return socket_; }
  bool is_tls() const { return tls_ != nullptr; }

  template <class Then>
  void handshake(std::unique_ptr<TlsSession> session, Then then) {
    tls_ = std::move(session);
    tls_handshake(socket_, *tls_, std::move(then));
  }
  // Calls then(error) when there is something to read; takes no buffer for it.
  template <class Then>
  void wait_readable(Then then) {
    tls_ ? tls_wait_readable(socket_, *tls_, std::move(then))
         : socket_.async_wait(Socket::wait_read, std::move(then));
  }
  template <class Then>
  void read_some(boost::asio::mutable_buffer target, Then then) {
    tls_ ? tls_read_some(socket_, *tls_, target, std::move(then))
         : socket_.async_read_some(target, std::move(then));
  }
  // Writes `head`, then `body`; both live until then(error).
  template <class Then>
  void write(std::string& head, const std::string& body, Then then) {
    if (tls_) {
      head += body;  // one record instead of two
      return tls_write(socket_, *tls_, head, std::move(then));
    }
    const std::array<boost::asio::const_buffer, 2> pieces = {boost::asio::buffer(head),
                                                             boost::asio::buffer(body)};
    boost::asio::async_write(
        socket_, pieces,
        [then = std::move(then)](const IoError& error, std::size_t) mutable { then(error); });
  }
  // False if the connection is gone.
  bool finish_sending() {
    if (tls_) tls_->finish_sending();
    IoError error;
    socket_.shutdown(Socket::shutdown_send, error);
    return !error;
  }
  // Ends what is under way; its handler is called.
  void cancel() {
    IoError ignored;
    socket_.cancel(ignored);
  }
  void close() {
    IoError ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace inkling
