#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

#include "core/socket_server.h"
#include "tests/core/event_log.h"
#include "tests/support/temp_directory.h"

namespace inkling {
namespace {

using namespace std::chrono_literals;

class EchoDatagrams final : public DatagramHandler {
 public:
  explicit EchoDatagrams(EventLog& log) : log_(log) {}
  StreamStep take(std::span<Datagram> datagrams, StreamState state) override {
    for (Datagram& datagram : datagrams) {
      log_.add(std::string(datagram.bytes) + " from " + datagram.sender);
      datagram.reply = std::string(datagram.bytes) + "!";
    }
    return {.next =
                state == StreamState::kOpen ? StreamStep::Next::kRead : StreamStep::Next::kClose};
  }

 private:
  EventLog& log_;
};

class SocketDatagramsTest : public ::testing::Test {
 protected:
  template <class Handler, class... More>
  void open(const std::string& address, SocketServerOptions options, More&... more) {
    options.listen.push_back(*parse_socket_address(address));
    auto server = SocketServer::create(
        options, {.stream = {}, .datagram = [this, &more...](const SocketAddress&) {
                    return std::make_unique<Handler>(log_, more...);
                  }});
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  // A socket that sends to the server's UDP port.
  int connect_udp() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->addresses()[0].port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }

  EventLog log_;
  TempDirectory directory_;
  std::unique_ptr<SocketServer> server_;
};

TEST_F(SocketDatagramsTest, ServesDatagrams) {
  open<EchoDatagrams>("udp://127.0.0.1:0", {});
  const int fd = connect_udp();
  ASSERT_EQ(::send(fd, "ping", 4, 0), 4);
  char answer[8] = {};
  ASSERT_EQ(::recv(fd, answer, sizeof answer, 0), 5);
  EXPECT_STREQ(answer, "ping!");
  EXPECT_TRUE(log_.await("ping from 127.0.0.1"));
  ::close(fd);
}

// Reads nothing from its first datagram on until it is told to.
class HeldDatagrams final : public DatagramHandler {
 public:
  HeldDatagrams(EventLog& log, std::atomic<bool>& released) : log_(log), released_(released) {}
  StreamStep take(std::span<Datagram> datagrams, StreamState state) override {
    if (!datagrams.empty()) log_.add("taken");
    if (state == StreamState::kDraining) return {.next = StreamStep::Next::kClose};
    if (released_) return {};
    return {.next = StreamStep::Next::kPause, .wake_in = 1ms};
  }

 private:
  EventLog& log_;
  const std::atomic<bool>& released_;
};

TEST_F(SocketDatagramsTest, CountsWhatTheKernelDrops) {
  std::atomic<bool> released = false;
  SocketServerOptions options;
  options.receive_buffer_bytes = 4096;
  open<HeldDatagrams>("udp://127.0.0.1:0", options, released);
  const int fd = connect_udp();
  const std::string text(512, 'x');
  std::uint64_t sent = 0;
  const auto send = [&] { sent += ::send(fd, text.data(), text.size(), 0) > 0 ? 1 : 0; };
  send();
  ASSERT_TRUE(log_.await("taken"));
  for (int i = 0; i < 200; ++i) send();
  released = true;
  // The kernel tells of what it dropped with the next datagram that it gives.
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  SocketServer::Stats stats;
  do {
    send();
    stats = server_->stats();
  } while (stats.datagrams + stats.datagrams_dropped != sent &&
           std::chrono::steady_clock::now() < deadline);
  EXPECT_EQ(stats.datagrams + stats.datagrams_dropped, sent);
  EXPECT_GT(stats.datagrams_dropped, 100u);
  ::close(fd);
  server_->stop();  // the handler looks at what is ours
}

TEST_F(SocketDatagramsTest, ServesUnixDatagrams) {
  const std::string path = directory_.path() + "/in.sock";
  open<EchoDatagrams>("unixgram://" + path, {});
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::send(fd, "x", 1, 0), 1);
  EXPECT_TRUE(log_.await("x from "));
  ::close(fd);
}

}  // namespace
}  // namespace inkling
