#include "core/http_server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>
#include <random>
#include <thread>

#include "core/bounded_queue.h"
#include "tests/support/tcp_client.h"

namespace inkling {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A server with a few routes: /echo gives the body back, /size its size, /later answers from
// another thread once the test lets it.
class HttpServerTest : public ::testing::Test {
 protected:
  void start(HttpServerOptions options = {}) {
    options.port = 0;
    auto made = HttpServer::create(options);
    ASSERT_TRUE(made) << made.error().message;
    server_ = std::move(*made);
    server_->route("POST", "/echo", [](HttpRequest&& request, const HttpReply& reply) {
      reply({.status = 200, .body = std::string(request.body.view())});
    });
    server_->route("POST", "/size", [](HttpRequest&& request, const HttpReply& reply) {
      reply({.status = 200, .body = std::to_string(request.body.size())});
    });
    server_->route("GET", "/about/", [](HttpRequest&& request, const HttpReply& reply) {
      reply({.status = 200,
             .body = request.path + "|" + request.query + "|" +
                     std::string(request.header("x-test")) + "|" + request.client});
    });
    server_->route("GET", "/later",
                   [this](HttpRequest&&, HttpReply reply) { waiting_.push(std::move(reply), 1); });
    server_->route("GET", "/forget", [](HttpRequest&&, const HttpReply&) {});
    server_->route("GET", "/throw",
                   [](HttpRequest&&, const HttpReply&) { throw std::runtime_error("on purpose"); });
    server_->route("GET", "/twice", [](HttpRequest&&, const HttpReply& reply) {
      reply({.status = 200, .body = "first"});
      reply({.status = 200, .body = "second"});
    });
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  // Sends one request on a connection of its own and gives everything that came back.
  std::string ask(std::string_view request) {
    TcpClient client(server_->port());
    client.send(request);
    return client.read_response();
  }

  BoundedQueue<HttpReply> waiting_{100};
  std::unique_ptr<HttpServer> server_;
};

std::string get(std::string_view path, std::string_view more = "") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, more);
}

std::string post(std::string_view path, std::string_view body, std::string_view more = "") {
  return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), more, body);
}

std::string ok(std::string_view body) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nServer: inkling\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
}

TEST_F(HttpServerTest, GivesTheBodyToTheHandler) {
  start();
  EXPECT_EQ(ask(post("/echo", "hello")), ok("hello"));
}

TEST_F(HttpServerTest, GivesPathQueryHeadersAndClient) {
  start();
  EXPECT_EQ(ask(get("/about/a%20b?c=%20d", "X-Test: e\r\nx-test: f\r\n")),
            ok("/about/a b|c=%20d|e, f|127.0.0.1"));
}

TEST_F(HttpServerTest, KeepsTheConnection) {
  start();
  TcpClient client(server_->port());
  for (const std::string body : {"one", "two", "three"}) {
    client.send(post("/echo", body));
    EXPECT_EQ(client.read_response(), ok(body));
  }
  EXPECT_EQ(server_->stats().connections_total, 1u);
}

TEST_F(HttpServerTest, ClosesTheConnectionWhenAsked) {
  start();
  TcpClient client(server_->port());
  client.send(post("/echo", "bye", "Connection: close\r\n"));
  const std::string response = client.read_to_end();
  EXPECT_THAT(response, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(response, ::testing::EndsWith("\r\n\r\nbye"));
}

TEST_F(HttpServerTest, SpeaksHttp10) {
  start();
  TcpClient client(server_->port());
  client.send("GET /about/ HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  TcpClient client(server_->port());
  std::string requests;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const std::string body(static_cast<std::size_t>(i), 'a');
    requests += post("/echo", body);
    expected += ok(body);
  }
  client.send(requests);
  std::string responses;
  for (int i = 0; i < 200; ++i) responses += client.read_response();
  EXPECT_EQ(responses, expected);
}

TEST_F(HttpServerTest, HoldsPipelinedRequestsBackUntilTheFirstIsAnswered) {
  start();
  TcpClient client(server_->port());
  client.send(get("/later") + post("/echo", "second"));
  auto reply = waiting_.pop_for(std::chrono::seconds(10));
  ASSERT_TRUE(reply);
  std::jthread answering([&] { (*reply)({.status = 200, .body = "first"}); });
  EXPECT_EQ(client.read_response(), ok("first"));
  EXPECT_EQ(client.read_response(), ok("second"));
}

TEST_F(HttpServerTest, TakesRequestsCutAnywhere) {
  start();
  const std::string request = post("/echo", "0123456789", "X-Test: y\r\n");
  std::string all;
  std::string expected;
  TcpClient client(server_->port());
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    client.send(std::string_view(request).substr(0, cut));
    client.send(std::string_view(request).substr(cut));
    all += client.read_response();
    expected += ok("0123456789");
  }
  EXPECT_EQ(all, expected);
}

TEST_F(HttpServerTest, TakesLargeBodiesWhole) {
  start();
  std::string body(20u << 20, '\0');
  std::mt19937 random(7);
  for (char& c : body) c = static_cast<char>(random());
  TcpClient client(server_->port());
  std::jthread sending([&] { client.send(post("/echo", body)); });
  EXPECT_TRUE(client.read_response() == ok(body));
  EXPECT_EQ(server_->stats().bytes_received, body.size());
}

TEST_F(HttpServerTest, TakesChunkedBodies) {
  start();
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                "5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n"),
            ok("hello world"));
}

TEST_F(HttpServerTest, TakesChunkedBodiesCutAnywhere) {
  start();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  TcpClient client(server_->port());
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    client.send(std::string_view(request).substr(0, cut));
    client.send(std::string_view(request).substr(cut));
    ASSERT_EQ(client.read_response(), ok("hello world")) << cut;
  }
}

TEST_F(HttpServerTest, AnswersExpectContinue) {
  start();
  TcpClient client(server_->port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_EQ(client.read_response(), ok("body"));
}

TEST_F(HttpServerTest, RefusesUnknownExpectations) {
  start();
  EXPECT_THAT(ask(post("/echo", "a", "Expect: miracles\r\n")), StartsWith("HTTP/1.1 417 "));
}

TEST_F(HttpServerTest, RefusesBodiesBeforeTheyAreSent) {
  start({.max_body_bytes = 10});
  TcpClient client(server_->port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, AnswersTheLargestBodyAndRefusesOneByteMore) {
  start({.max_body_bytes = 1000});
  EXPECT_EQ(ask(post("/size", std::string(1000, 'a'))), ok("1000"));
  EXPECT_THAT(ask(post("/size", std::string(1001, 'a'))), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, LimitsChunkedBodies) {
  start({.max_body_bytes = 10});
  const std::string head = "POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(ask(head + "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"), ok("10"));
  EXPECT_THAT(ask(head + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, LimitsTheBytesOfAllBodiesTogether) {
  start({.max_body_bytes = 100, .max_buffered_bytes = 100});
  TcpClient holding(server_->port());
  holding.send(
      "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 80\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(holding.read_response(), "HTTP/1.1 100 Continue\r\n\r\n");
  const std::string refused = ask(post("/size", std::string(30, 'a')));
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  holding.send(std::string(80, 'a'));
  EXPECT_EQ(holding.read_response(), ok("80"));
  EXPECT_EQ(ask(post("/size", std::string(30, 'a'))), ok("30"));
}

TEST_F(HttpServerTest, LimitsTheHead) {
  start({.max_head_bytes = 1000});
  const auto with_size = [](std::size_t size) {
    const std::string rest = get("/about/", "X-Test: \r\n");
    return get("/about/", "X-Test: " + std::string(size - rest.size(), 'a') + "\r\n");
  };
  EXPECT_THAT(ask(with_size(1000)), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(with_size(1001)), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(with_size(100'000)), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, LimitsAHeadThatNeverEnds) {
  start({.max_head_bytes = 1000});
  EXPECT_THAT(ask("GET /about/ HTTP/1.1\r\nX-Test: " + std::string(2000, 'a')),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask("GET /" + std::string(2000, 'a')), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, LimitsTheTimeOfAHead) {
  start({.head_timeout = std::chrono::milliseconds(50)});
  TcpClient client(server_->port());
  client.send("GET /about/ HTT");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, LimitsTheTimeOfABody) {
  start({.body_timeout = std::chrono::milliseconds(50)});
  TcpClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, LimitsTheTimeOfAChunkedBody) {
  start({.body_timeout = std::chrono::milliseconds(50)});
  TcpClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, ClosesIdleConnections) {
  start({.idle_timeout = std::chrono::milliseconds(50)});
  TcpClient client(server_->port());
  client.send(post("/echo", "a"));
  EXPECT_EQ(client.read_to_end(), ok("a"));
}

TEST_F(HttpServerTest, ClosesConnectionsThatSayNothing) {
  start({.head_timeout = std::chrono::milliseconds(50)});
  TcpClient client(server_->port());
  EXPECT_THAT(client.read_to_end(), IsEmpty());
}

TEST_F(HttpServerTest, LimitsTheConnections) {
  start({.max_connections = 1});
  TcpClient first(server_->port());
  first.send(post("/echo", "a"));
  ASSERT_EQ(first.read_response(), ok("a"));
  TcpClient second(server_->port());
  second.send(post("/echo", "b"));
  const std::string refused = second.read_to_end();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  first.send(post("/echo", "c"));
  EXPECT_EQ(first.read_response(), ok("c"));
  EXPECT_EQ(server_->stats().connections_refused, 1u);
}

TEST_F(HttpServerTest, RefusesUnknownPaths) {
  start();
  EXPECT_THAT(ask(get("/nowhere")), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/about")), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpServerTest, RefusesOtherMethodsAndNamesThoseThereAre) {
  start();
  const std::string response = ask(get("/echo"));
  EXPECT_THAT(response, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(response, HasSubstr("Allow: POST\r\n"));
}

TEST_F(HttpServerTest, KeepsTheConnectionAfterARefusalWithoutBody) {
  start();
  TcpClient client(server_->port());
  client.send(get("/nowhere"));
  EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 404 "));
  client.send(post("/echo", "a"));
  EXPECT_EQ(client.read_response(), ok("a"));
}

TEST_F(HttpServerTest, AnswersHeadWithoutBody) {
  start();
  TcpClient client(server_->port());
  client.send("HEAD /about/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string response = client.read_to_end();
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(response, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesWhatIsMalformed) {
  start();
  const std::pair<std::string, std::string> cases[] = {
      {"no HTTP", "hello\r\n\r\n"},
      {"no version", "GET /about/\r\n\r\n"},
      {"other version", "GET /about/ HTTP/2.0\r\nHost: x\r\n\r\n"},
      {"no host", "GET /about/ HTTP/1.1\r\n\r\n"},
      {"two hosts", "GET /about/ HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"},
      {"relative path", "GET about/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"broken escape", get("/about/%zz")},
      {"cut escape", get("/about/%4")},
      {"NUL in the path", get("/about/%00")},
      {"space in a header name", get("/about/", "X Y: z\r\n")},
      {"bad length", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n"},
      {"negative length", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"},
      {"two lengths",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"length and chunks",
       "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
       "0\r\n\r\n"},
      {"chunks and length",
       "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
       "0\r\n\r\n"},
      {"bad chunk size",
       "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"},
      {"chunk longer than it says",
       "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1\r\nabc\r\n0\r\n\r\n"},
      {"chunk size beyond 64 bits",
       "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "10000000000000001\r\na\r\n0\r\n\r\n"},
  };
  for (const auto& [name, request] : cases) {
    SCOPED_TRACE(name);
    TcpClient client(server_->port());
    client.send(request);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 "));
  }
  EXPECT_EQ(ask(post("/echo", "still here")), ok("still here"));
}

TEST_F(HttpServerTest, RefusesOtherTransferCodings) {
  start();
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
              StartsWith("HTTP/1.1 501 "));
}

TEST_F(HttpServerTest, AnswersForHandlersThatForget) {
  start();
  EXPECT_THAT(ask(get("/forget")), StartsWith("HTTP/1.1 500 "));
}

TEST_F(HttpServerTest, AnswersForHandlersThatThrow) {
  start();
  EXPECT_THAT(ask(get("/throw")), StartsWith("HTTP/1.1 500 "));
  EXPECT_EQ(ask(post("/echo", "still here")), ok("still here"));
}

TEST_F(HttpServerTest, TakesTheFirstOfTwoAnswers) {
  start();
  TcpClient client(server_->port());
  client.send(get("/twice", "Connection: close\r\n"));
  const std::string response = client.read_to_end();
  EXPECT_THAT(response, HasSubstr("first"));
  EXPECT_THAT(response, Not(HasSubstr("second")));
}

TEST_F(HttpServerTest, ServesManyConnectionsAtOnce) {
  start({.threads = 2});
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::async(std::launch::async, [this, i] {
      TcpClient client(server_->port());
      int right = 0;
      for (int j = 0; j < 50; ++j) {
        const std::string body = fmt::format("{} {} {}", i, j, std::string(1000, 'x'));
        client.send(post("/echo", body));
        right += client.read_response() == ok(body) ? 1 : 0;
      }
      return right;
    }));
  }
  int right = 0;
  for (auto& client : clients) right += client.get();
  EXPECT_EQ(right, 800);
  EXPECT_EQ(server_->stats().requests_total, 800u);
  EXPECT_EQ(server_->stats().requests_rejected, 0u);
}

TEST_F(HttpServerTest, DrainEndsIdleConnectionsAndAnswersTheOthers) {
  start();
  TcpClient idle(server_->port());
  idle.send(post("/echo", "a"));
  ASSERT_EQ(idle.read_response(), ok("a"));
  TcpClient busy(server_->port());
  busy.send(get("/later"));
  auto reply = waiting_.pop_for(std::chrono::seconds(10));
  ASSERT_TRUE(reply);
  server_->drain();
  EXPECT_THAT(idle.read_to_end(), IsEmpty());
  EXPECT_FALSE(TcpClient(server_->port()).connected());
  (*reply)({.status = 200, .body = "done"});
  const std::string response = busy.read_to_end();
  EXPECT_THAT(response, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(response, ::testing::EndsWith("done"));
}

TEST_F(HttpServerTest, StopEndsAllConnections) {
  start();
  TcpClient client(server_->port());
  client.send(get("/later"));
  auto reply = waiting_.pop_for(std::chrono::seconds(10));
  ASSERT_TRUE(reply);
  server_->stop();
  EXPECT_THAT(client.read_to_end(), IsEmpty());
  (*reply)({.status = 200, .body = "too late"});
}

TEST_F(HttpServerTest, RepliesMayOutliveTheServer) {
  start();
  TcpClient client(server_->port());
  client.send(get("/later"));
  auto reply = waiting_.pop_for(std::chrono::seconds(10));
  ASSERT_TRUE(reply);
  server_.reset();
  (*reply)({.status = 200, .body = "too late"});
  EXPECT_THAT(client.read_to_end(), IsEmpty());
}

TEST_F(HttpServerTest, SaysThatThePortIsTaken) {
  start();
  auto second = HttpServer::create({.port = server_->port()});
  ASSERT_TRUE(second);
  const auto started = (*second)->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kUnavailable);
}

TEST_F(HttpServerTest, LeavesHeadersOutThatWouldSplitTheAnswer) {
  auto made = HttpServer::create({.port = 0});
  ASSERT_TRUE(made);
  server_ = std::move(*made);
  server_->route("GET", "/", [](HttpRequest&&, const HttpReply& reply) {
    reply({.status = 200, .headers = {{"X-Good", "1"}, {"X-Bad", "a\r\nX-Injected: b"}}});
  });
  ASSERT_TRUE(server_->start());
  const std::string response = ask(get("/"));
  EXPECT_THAT(response, HasSubstr("X-Good: 1\r\n"));
  EXPECT_THAT(response, Not(HasSubstr("X-Injected")));
}

TEST(HttpServerOptionsTest, AreChecked) {
  const auto accepts = [](const HttpServerOptions& options) {
    return HttpServer::create(options).has_value();
  };
  EXPECT_TRUE(accepts({}));
  EXPECT_TRUE(accepts({.address = "::1"}));
  EXPECT_FALSE(accepts({.address = "somewhere"}));
  EXPECT_FALSE(accepts({.threads = 0}));
  EXPECT_FALSE(accepts({.max_connections = 0}));
  EXPECT_FALSE(accepts({.max_head_bytes = 10}));
  EXPECT_FALSE(accepts({.max_body_bytes = 2, .max_buffered_bytes = 1}));
  EXPECT_FALSE(accepts({.idle_timeout = Duration(0)}));
}

}  // namespace
}  // namespace inkling
