#include "core/socket_stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "core/tls_io.h"

namespace inkling {
namespace {

namespace asio = boost::asio;

class PlainStream final : public SocketStream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  Socket& socket() override { return socket_; }
  void handshake(std::function<void(const IoError&)> done) override {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}); });
  }
  void wait_readable(std::function<void(const IoError&)> done) override {
    socket_.async_wait(Socket::wait_read, std::move(done));
  }
  void read_some(asio::mutable_buffer target, Done done) override {
    socket_.async_read_some(target, std::move(done));
  }
  void write(asio::const_buffer bytes, Done done) override {
    asio::async_write(socket_, bytes, std::move(done));
  }
  void finish_sending() override {
    IoError ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

 private:
  Socket socket_;
};

class TlsStream final : public SocketStream {
 public:
  TlsStream(Socket socket, std::unique_ptr<TlsSession> session)
      : socket_(std::move(socket)), session_(std::move(session)) {}

  Socket& socket() override { return socket_; }
  void handshake(std::function<void(const IoError&)> done) override {
    tls_handshake(socket_, *session_, std::move(done));
  }
  void wait_readable(std::function<void(const IoError&)> done) override {
    tls_wait_readable(socket_, *session_, std::move(done));
  }
  void read_some(asio::mutable_buffer target, Done done) override {
    tls_read_some(socket_, *session_, target, std::move(done));
  }
  void write(asio::const_buffer bytes, Done done) override {
    const std::string_view text(static_cast<const char*>(bytes.data()), bytes.size());
    tls_write(socket_, *session_, text,
              [done = std::move(done), size = bytes.size()](const IoError& error) {
                done(error, error ? 0 : size);
              });
  }
  void finish_sending() override {
    session_->finish_sending();
    IoError ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

 private:
  Socket socket_;
  const std::unique_ptr<TlsSession> session_;  // ends before its socket
};

}  // namespace

std::unique_ptr<SocketStream> make_tls_stream(SocketStream::Socket socket,
                                              std::unique_ptr<TlsSession> session) {
  return std::make_unique<TlsStream>(std::move(socket), std::move(session));
}

std::unique_ptr<SocketStream> make_plain_stream(SocketStream::Socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace inkling
