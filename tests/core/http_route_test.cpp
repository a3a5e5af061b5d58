// What a route may decide for itself: how large a body may be, and how the server words its
// answers.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/http_server.h"
#include "tests/support/tcp_client.h"

namespace inkling {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class HttpRouteTest : public ::testing::Test {
 protected:
  // Serves POST /route, which answers with the size of the body.
  void start(HttpServerOptions options, HttpRoute route) {
    options.port = 0;
    auto made = HttpServer::create(options);
    ASSERT_TRUE(made) << made.error().message;
    server_ = std::move(*made);
    route.method = "POST";
    route.path = "/route";
    if (!route.handler) {
      route.handler = [](HttpRequest&& request, const HttpReply& reply) {
        reply({.status = 200, .body = std::to_string(request.body.size())});
      };
    }
    server_->add_route(std::move(route));
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  std::string ask(std::string_view request) {
    TcpClient client(server_->port());
    client.send(request);
    return client.read_response();
  }
  std::string post(std::size_t size) {
    return ask(fmt::format("POST /route HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", size,
                           std::string(size, 'a')));
  }
  std::string post_chunk(std::size_t size) {
    return ask(
        fmt::format("POST /route HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "{:x}\r\n{}\r\n0\r\n\r\n",
                    size, std::string(size, 'a')));
  }

  std::unique_ptr<HttpServer> server_;
};

HttpResponse word(int status, const HttpRequest& head) {
  return {.status = status,
          .content_type = "application/json",
          .body = fmt::format("{{\"id\":\"{}\",\"status\":{}}}", head.header("x-id"), status)};
}

TEST_F(HttpRouteTest, TakesLargerBodiesThanTheServer) {
  start({.max_body_bytes = 10}, {.max_body_bytes = 20});
  EXPECT_THAT(post(20), EndsWith("\r\n\r\n20"));
  EXPECT_THAT(post_chunk(20), EndsWith("\r\n\r\n20"));
  EXPECT_THAT(post(21), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(post_chunk(21), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpRouteTest, TakesSmallerBodiesThanTheServer) {
  start({}, {.max_body_bytes = 20});
  EXPECT_THAT(post(20), EndsWith("\r\n\r\n20"));
  EXPECT_THAT(post(21), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpRouteTest, RefusesTooLargeBodiesWithItsOwnStatus) {
  start({.max_body_bytes = 10}, {.too_large_status = 400});
  EXPECT_THAT(post(11), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(post_chunk(11), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpRouteTest, WordsTheAnswersOfTheServer) {
  start({.max_body_bytes = 10}, {.too_large_status = 400, .wording = word});
  EXPECT_THAT(ask("POST /route HTTP/1.1\r\nHost: x\r\nX-Id: 7\r\nContent-Length: 11\r\n\r\n"),
              EndsWith("\r\n\r\n{\"id\":\"7\",\"status\":400}"));
  EXPECT_THAT(ask("POST /route HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"),
              EndsWith("{\"id\":\"\",\"status\":400}"));
}

TEST_F(HttpRouteTest, WordsWhatAForgetfulHandlerLeavesOpen) {
  start({}, {.handler = [](HttpRequest&&, const HttpReply&) {},
             .wording =
                 [](int status, const HttpRequest&) {
                   return HttpResponse{.status = status == 500 ? 503 : status};
                 }});
  EXPECT_THAT(post(1), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpRouteTest, FallsBackWhenTheWordingThrows) {
  start({.max_body_bytes = 10}, {.wording = [](int, const HttpRequest&) -> HttpResponse {
          throw std::runtime_error("on purpose");
        }});
  const std::string answer = post(11);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

}  // namespace
}  // namespace inkling
