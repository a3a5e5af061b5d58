// The HTTP server in TLS.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "core/http_server.h"
#include "tests/support/tcp_client.h"
#include "tests/support/temp_directory.h"
#include "tests/support/tls_client.h"

namespace inkling {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class HttpTlsTest : public ::testing::Test {
 protected:
  HttpTlsTest() { TestCertificate("first").write(tls_.certificate, tls_.key); }

  // A client hears of a failed handshake before it is counted: waits for the count, at most 10 s.
  std::uint64_t await_failed_handshakes() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (server_->stats().handshakes_failed == 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    return server_->stats().handshakes_failed;
  }

  void start(HttpServerOptions options = {}) {
    options.port = 0;
    options.tls = tls_;
    auto made = HttpServer::create(options);
    ASSERT_TRUE(made) << made.error().message;
    server_ = std::move(*made);
    server_->route("POST", "/echo", [](HttpRequest&& request, const HttpReply& reply) {
      reply({.status = 200, .body = std::string(request.body.view())});
    });
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  const TempDirectory directory_;
  TlsOptions tls_{.certificate = directory_.file("cert.pem"),
                  .key = directory_.file("key.pem"),
                  .reload_interval = Duration(0)};
  std::unique_ptr<HttpServer> server_;
};

// A connection of a client to the server, in TLS.
struct SecureClient {
  explicit SecureClient(const HttpServer& server, const TlsClientOptions& options = {})
      : tcp(server.port()), tls(tcp.socket(), options) {}
  // Everything until the body has as many bytes as it should.
  std::string read(std::size_t body) {
    std::string all;
    while (true) {
      const std::size_t head = all.find("\r\n\r\n");
      if (head != std::string::npos && all.size() >= head + 4 + body) return all;
      const std::string more = tls.receive();
      if (more.empty()) return all;
      all += more;
    }
  }
  TcpClient tcp;
  TlsClient tls;
};

std::string post(std::string_view body, std::string_view more = "") {
  return fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}",
                     body.size(), more, body);
}

TEST_F(HttpTlsTest, AnswersOverAndOver) {
  start();
  SecureClient client(*server_, {.protocols = "\x02h2\x08http/1.1"});
  ASSERT_TRUE(client.tls.handshake());
  EXPECT_EQ(client.tls.protocol(), "http/1.1");
  for (const std::string body : {"one", "two", "three"}) {
    ASSERT_TRUE(client.tls.send(post(body)));
    EXPECT_THAT(client.read(body.size()), EndsWith("\r\n\r\n" + body));
  }
  EXPECT_EQ(server_->stats().connections_total, 1u);
}

TEST_F(HttpTlsTest, TakesPipelinedRequestsOfOneRecord) {
  start();
  SecureClient client(*server_);
  ASSERT_TRUE(client.tls.handshake());
  ASSERT_TRUE(client.tls.send(post("one") + post("two")));
  EXPECT_THAT(client.read(3) + client.read(3), HasSubstr("\r\n\r\ntwo"));
}

TEST_F(HttpTlsTest, CarriesLargeBodies) {
  start({.threads = 2});
  std::string body(3'000'000, 'a');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = 'b';
  SecureClient client(*server_);
  ASSERT_TRUE(client.tls.handshake());
  ASSERT_TRUE(client.tls.send(post(body)));
  const std::string answer = client.read(body.size());
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + body)) << answer.size();
}

TEST_F(HttpTlsTest, SaysGoodByeBeforeItCloses) {
  start();
  SecureClient client(*server_);
  ASSERT_TRUE(client.tls.handshake());
  ASSERT_TRUE(client.tls.send(post("bye", "Connection: close\r\n")));
  EXPECT_THAT(client.read(3), EndsWith("bye"));
  EXPECT_EQ(client.tls.receive(), "");
  EXPECT_TRUE(client.tls.said_good_bye());
}

TEST_F(HttpTlsTest, CountsThoseWhoSpeakPlainHttp) {
  start();
  TcpClient client(server_->port());
  client.send(post("plain"));
  EXPECT_THAT(client.read_to_end(), Not(StartsWith("HTTP/")));
  EXPECT_EQ(await_failed_handshakes(), 1u);
  EXPECT_EQ(server_->stats().requests_total, 0u);
}

TEST_F(HttpTlsTest, EndsSlowHandshakes) {
  start({.handshake_timeout = std::chrono::milliseconds(20)});
  TcpClient client(server_->port());
  client.send("\x16\x03\x01");  // the begin of one
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(await_failed_handshakes(), 1u);
}

TEST_F(HttpTlsTest, AnswersSlowRequests) {
  start({.head_timeout = std::chrono::milliseconds(20)});
  SecureClient client(*server_);
  ASSERT_TRUE(client.tls.handshake());
  ASSERT_TRUE(client.tls.send("POST /echo HT"));
  EXPECT_THAT(client.read(4), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpTlsTest, KeepsConnectionsWhenTheCertificateChanges) {
  start();
  SecureClient before(*server_);
  ASSERT_TRUE(before.tls.handshake());
  TestCertificate("second").write(tls_.certificate, tls_.key);
  server_->reload_tls();
  SecureClient after(*server_);
  ASSERT_TRUE(after.tls.handshake());
  EXPECT_EQ(after.tls.server_name(), "second");
  ASSERT_TRUE(before.tls.send(post("still here")));
  EXPECT_THAT(before.read(10), EndsWith("still here"));
  EXPECT_EQ(server_->stats().tls->reloads, 1u);
}

TEST_F(HttpTlsTest, RefusesClientsWithoutACertificate) {
  const TestCertificate ca("our CA");
  tls_.client_ca = directory_.file("ca.pem");
  ca.write(tls_.client_ca, directory_.file("ca_key.pem"));
  start();
  const TestCertificate known("client", &ca);
  SecureClient good(*server_, {.certificate = &known});
  ASSERT_TRUE(good.tls.handshake());
  ASSERT_TRUE(good.tls.send(post("a")));
  EXPECT_THAT(good.read(1), StartsWith("HTTP/1.1 200 "));
  SecureClient bad(*server_);
  bad.tls.handshake();  // TLS 1.3: the client does not know yet
  bad.tls.send(post("a"));
  EXPECT_EQ(bad.read(1), "");
  EXPECT_EQ(await_failed_handshakes(), 1u);
}

TEST_F(HttpTlsTest, DoesNotStartWithoutItsFiles) {
  tls_.key = directory_.file("none.pem");
  auto made = HttpServer::create({.tls = tls_});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("tls.key"));
}

}  // namespace
}  // namespace inkling
