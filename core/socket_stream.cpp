#include "core/socket_stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

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

}  // namespace

std::unique_ptr<SocketStream> make_plain_stream(SocketStream::Socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace inkling
