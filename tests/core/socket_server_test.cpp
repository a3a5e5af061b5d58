#include "core/socket_server.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/core/event_log.h"
#include "tests/support/tcp_client.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_certificate.h"
#include "tests/support/tls_client.h"

namespace inkling {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Answers each line with "<line>!"; "bye" ends, "wait" pauses until the log is told to go on.
class Echo final : public StreamHandler {
 public:
  Echo(std::shared_ptr<StreamClient> client, EventLog& log, std::shared_ptr<StreamClient>* paused)
      : client_(std::move(client)), log_(log), paused_(paused) {}

  StreamStep take(std::string_view bytes, StreamState state) override {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      if (state == StreamState::kOpen) return {};
      log_.add(state == StreamState::kEnded ? "ended" : "draining");
      return {.next = StreamStep::Next::kClose};
    }
    const std::string line(bytes.substr(0, end));
    if (line == "wait" && !waited_) {
      waited_ = true;
      *paused_ = client_;
      log_.add("paused");
      return {.next = StreamStep::Next::kPause};
    }
    log_.add(line);
    client_->send(line + "!");
    if (line == "bye") return {.used = end + 1, .next = StreamStep::Next::kClose};
    if (end + 1 < bytes.size()) return {.used = end + 1, .wake_in = 0ms};
    return {.used = end + 1};
  }

 private:
  const std::shared_ptr<StreamClient> client_;
  EventLog& log_;
  std::shared_ptr<StreamClient>* paused_;
  bool waited_ = false;
};

class SocketServerTest : public ::testing::Test {
 protected:
  void open(std::vector<std::string> addresses, SocketServerOptions options = {}) {
    for (const std::string& text : addresses) {
      options.listen.push_back(*parse_socket_address(text));
    }
    auto server = SocketServer::create(options, {.stream =
                                                     [this](std::shared_ptr<StreamClient> client) {
                                                       return std::make_unique<Echo>(
                                                           std::move(client), log_, &paused_);
                                                     },
                                                 .datagram = {}});
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  std::uint16_t port(std::size_t i = 0) { return server_->addresses()[i].port; }

  // A connected unix socket.
  static int connect_unix(const std::string& path, int type) {
    const int fd = ::socket(AF_UNIX, type, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
    ::close(fd);
    return -1;
  }

  EventLog log_;
  std::shared_ptr<StreamClient> paused_;
  TempDirectory directory_;
  std::unique_ptr<SocketServer> server_;
};

TEST_F(SocketServerTest, AnswersWhatComesInPieces) {
  open({"tcp://127.0.0.1:0"});
  TcpClient client(port());
  ASSERT_TRUE(client.send("he"));
  ASSERT_TRUE(client.send("llo\nagain\nbye\n"));
  EXPECT_EQ(client.read_to_end(), "hello!again!bye!");
}

TEST_F(SocketServerTest, GivesTheLastBytesWhenTheClientEnds) {
  open({"tcp://127.0.0.1:0"});
  TcpClient client(port());
  ASSERT_TRUE(client.send("one\n"));
  client.finish_sending();
  EXPECT_EQ(client.read_to_end(), "one!");
  EXPECT_TRUE(log_.await("ended"));
}

TEST_F(SocketServerTest, ReadsNothingWhilePaused) {
  open({"tcp://127.0.0.1:0"}, {.max_message_bytes = 1024, .message_timeout = 200ms});
  TcpClient client(port());
  ASSERT_TRUE(client.send("wait\n"));
  ASSERT_TRUE(log_.await("paused"));
  ASSERT_TRUE(client.send("later\nbye\n"));
  paused_->resume();
  EXPECT_EQ(client.read_to_end(), "wait!later!bye!");
}

TEST_F(SocketServerTest, EndsAMessageThatIsTooLong) {
  open({"tcp://127.0.0.1:0"}, {.max_message_bytes = 1024});
  TcpClient client(port());
  client.send(std::string(200'000, 'x'));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server_->stats().ended_large, 1u);
}

TEST_F(SocketServerTest, EndsAMessageThatTakesTooLong) {
  open({"tcp://127.0.0.1:0"}, {.message_timeout = 50ms});
  TcpClient client(port());
  ASSERT_TRUE(client.send("never"));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server_->stats().ended_slow, 1u);
}

TEST_F(SocketServerTest, EndsAClientThatSaysNothing) {
  open({"tcp://127.0.0.1:0"}, {.idle_timeout = 50ms});
  TcpClient client(port());
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server_->stats().ended_idle, 1u);
}

TEST_F(SocketServerTest, RefusesClientsBeyondTheLimit) {
  open({"tcp://127.0.0.1:0"}, {.max_connections = 1});
  TcpClient first(port());
  ASSERT_TRUE(first.send("a\n"));
  ASSERT_TRUE(log_.await("a"));
  TcpClient second(port());
  EXPECT_EQ(second.read_to_end(), "");
  EXPECT_EQ(server_->stats().connections_refused, 1u);
  ASSERT_TRUE(first.send("bye\n"));
  EXPECT_EQ(first.read_to_end(), "a!bye!");
}

TEST_F(SocketServerTest, WaitsForRoomThatOthersHold) {
  // One client's unfinished message holds nearly everything.
  open({"tcp://127.0.0.1:0"},
       {.max_message_bytes = 100'000, .max_buffered_bytes = 100'000, .message_timeout = 300ms});
  TcpClient greedy(port());
  ASSERT_TRUE(greedy.send("unfinished"));
  while (server_->stats().bytes_buffered == 0) std::this_thread::yield();
  TcpClient other(port());
  ASSERT_TRUE(other.send("bye\n"));
  EXPECT_EQ(other.read_to_end(), "bye!");
  EXPECT_EQ(greedy.read_to_end(), "");
}

TEST_F(SocketServerTest, DrainsHandlersAndEnds) {
  open({"tcp://127.0.0.1:0"});
  TcpClient client(port());
  ASSERT_TRUE(client.send("a\n"));
  ASSERT_TRUE(log_.await("a"));
  server_->drain();
  EXPECT_EQ(client.read_to_end(), "a!");
  EXPECT_TRUE(log_.await("draining"));
  EXPECT_FALSE(TcpClient(port()).connected());
}

TEST_F(SocketServerTest, IgnoresHandlesOfAStoppedServer) {
  open({"tcp://127.0.0.1:0"});
  TcpClient client(port());
  ASSERT_TRUE(client.send("wait\n"));
  ASSERT_TRUE(log_.await("paused"));
  server_->stop();
  paused_->send("x");
  paused_->resume();
  server_.reset();
  paused_->finish_sending();
}

TEST_F(SocketServerTest, ServesUnixSockets) {
  const std::string path = directory_.path() + "/in.sock";
  open({"unix://" + path});
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  const int fd = connect_unix(path, SOCK_STREAM);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::send(fd, "hi\n", 3, 0), 3);
  char answer[8] = {};
  ASSERT_EQ(::recv(fd, answer, sizeof answer, 0), 3);
  EXPECT_STREQ(answer, "hi!");
  ::close(fd);
  server_->stop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(SocketServerTest, ReplacesTheFileOfADeadSocketOnly) {
  const std::string path = directory_.path() + "/in.sock";
  {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(fd);  // nobody listens, the file stays
  }
  open({"unix://" + path});
  const auto second = SocketServer::create(
      {.listen = {*parse_socket_address("unix://" + path)}},
      {.stream = [](std::shared_ptr<StreamClient>) { return nullptr; }, .datagram = {}});
  const auto taken = (*second)->start();
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message, HasSubstr("another program listens there"));

  const std::string file = directory_.path() + "/file";
  std::ofstream(file) << "kept";
  const auto third = SocketServer::create(
      {.listen = {*parse_socket_address("unix://" + file)}},
      {.stream = [](std::shared_ptr<StreamClient>) { return nullptr; }, .datagram = {}});
  EXPECT_FALSE((*third)->start());
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(SocketServerTest, ReloadsCertificatesWhenTold) {
  SocketServerOptions options;
  options.tls = {.certificate = directory_.file("cert.pem"),
                 .key = directory_.file("key.pem"),
                 .reload_interval = 1h};
  TestCertificate("server").write(options.tls.certificate, options.tls.key);
  open({"tls://127.0.0.1:0"}, options);
  TestCertificate("server").write(options.tls.certificate, options.tls.key);
  EXPECT_EQ(server_->tls_stats().reloads, 0u);
  server_->reload_tls();
  EXPECT_EQ(server_->tls_stats().reloads, 1u);
}

TEST_F(SocketServerTest, ServesTls) {
  SocketServerOptions options;
  options.tls = {.certificate = directory_.file("cert.pem"), .key = directory_.file("key.pem")};
  TestCertificate("server").write(options.tls.certificate, options.tls.key);
  open({"tls://127.0.0.1:0"}, options);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  {
    TlsClient client(fd);
    ASSERT_TRUE(client.handshake());
    ASSERT_TRUE(client.send("one\nbye\n"));
    std::string answer;
    for (std::string piece = client.receive(); !piece.empty(); piece = client.receive()) {
      answer += piece;
    }
    EXPECT_EQ(answer, "one!bye!");
  }
  ::close(fd);
}

TEST_F(SocketServerTest, EndsAClientThatSpeaksNoTls) {
  SocketServerOptions options;
  options.tls = {.certificate = directory_.file("cert.pem"), .key = directory_.file("key.pem")};
  TestCertificate("server").write(options.tls.certificate, options.tls.key);
  open({"tls://127.0.0.1:0"}, options);
  TcpClient client(port());
  ASSERT_TRUE(client.send("one\nbye\n"));
  client.read_to_end();
  EXPECT_EQ(server_->stats().ended_handshake, 1u);
}

TEST_F(SocketServerTest, NeedsACertificateForTls) {
  const auto server = SocketServer::create(
      {.name = "inputs.forward", .listen = {*parse_socket_address("tls://127.0.0.1:0")}},
      {.stream = [](std::shared_ptr<StreamClient>) { return nullptr; }, .datagram = {}});
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().message,
            "inputs.forward.tls.certificate is needed for tls:// addresses");
}

TEST_F(SocketServerTest, SaysWhichAddressIsTaken) {
  open({"tcp://127.0.0.1:0"});
  const std::string taken = to_string(server_->addresses()[0]);
  const auto second = SocketServer::create(
      {.listen = {*parse_socket_address(taken)}},
      {.stream = [](std::shared_ptr<StreamClient>) { return nullptr; }, .datagram = {}});
  const auto started = (*second)->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(started.error().message, HasSubstr(taken));
}

}  // namespace
}  // namespace inkling
