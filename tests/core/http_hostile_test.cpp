// What clients may send to confuse, to smuggle or to stall, and what each is answered: the table of
// docs/components/http_server.md, row by row.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/http_server.h"
#include "tests/support/tcp_client.h"

namespace inkling {
namespace {

using ::testing::StartsWith;
using namespace std::string_literals;

constexpr std::size_t kMaxBody = 1000;

struct Shape {
  std::string name;
  std::string bytes;
  int status = 400;
  HttpRefusal reason = HttpRefusal::kMalformed;
};

std::string post(const std::string& fields, const std::string& body = "") {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}
std::string chunks(const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); }

class HttpHostileTest : public ::testing::Test {
 protected:
  HttpHostileTest() {
    HttpServerOptions options;
    options.port = 0;
    options.max_head_bytes = 1000;
    options.max_body_bytes = kMaxBody;
    options.head_timeout = std::chrono::milliseconds(100);
    options.body_timeout = std::chrono::milliseconds(100);
    server_ = std::move(*HttpServer::create(options));
    server_->route("POST", "/echo", [](HttpRequest&& request, const HttpReply& reply) {
      reply({.status = 200, .body = std::string(request.body.view())});
    });
    if (!server_->start()) std::abort();
  }

  // Everything that comes back until the server ends the connection.
  std::string ask(std::string_view bytes) {
    TcpClient client(server_->port());
    client.send(bytes);
    return client.read_to_end();
  }

  // Each is refused with its status, counted under its reason, and ends the connection: what stands
  // behind it is never taken for a request.
  void expect_refused(const std::vector<Shape>& shapes) {
    const std::string smuggled = post("Content-Length: 8\r\n", "smuggled");
    for (const Shape& shape : shapes) {
      SCOPED_TRACE(shape.name);
      const auto reason = static_cast<std::size_t>(shape.reason);
      const auto before = server_->stats();
      const std::string answer = ask(shape.bytes + smuggled);
      const auto after = server_->stats();
      EXPECT_THAT(answer, StartsWith(fmt::format("HTTP/1.1 {} ", shape.status)));
      EXPECT_EQ(answer.find("smuggled"), std::string::npos) << answer;
      EXPECT_EQ(after.rejected[reason] - before.rejected[reason], 1u);
      EXPECT_EQ(after.requests_total - before.requests_total, 1u);
    }
    EXPECT_EQ(server_->stats().bytes_buffered, 0u);
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpHostileTest, RefusesTwoWaysToTellALength) {
  expect_refused({
      {"length and chunks",
       post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"chunks and length",
       post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
      {"two lengths that differ", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
      {"two lengths that are equal", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
      {"a list of lengths", post("Content-Length: 5, 5\r\n", "hello")},
      {"chunks in HTTP/1.0",
       "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
  });
}

TEST_F(HttpHostileTest, RefusesLengthsThatAreNone) {
  expect_refused({
      {"a sign", post("Content-Length: +5\r\n", "hello")},
      {"negative", post("Content-Length: -5\r\n", "hello")},
      {"hexadecimal", post("Content-Length: 0x5\r\n", "hello")},
      {"a fraction", post("Content-Length: 5.0\r\n", "hello")},
      {"empty", post("Content-Length: \r\n", "hello")},
      {"beyond 64 bits", post("Content-Length: 18446744073709551621\r\n", "hello")},
  });
}

TEST_F(HttpHostileTest, RefusesTransferCodingsItDoesNotSpeak) {
  constexpr auto kCoding = HttpRefusal::kTransferCoding;
  expect_refused({
      {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501, kCoding},
      {"chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501, kCoding},
      {"two fields",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")},
      {"a near miss", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501, kCoding},
      {"quoted", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 501, kCoding},
  });
}

TEST_F(HttpHostileTest, RefusesHeadsThatOthersReadDifferently) {
  expect_refused({
      {"a folded field", post("X-A: b\r\n c\r\nContent-Length: 0\r\n")},
      {"a folded field, tab", post("X-A: b\r\n\tc\r\nContent-Length: 0\r\n")},
      {"a folded first field", "POST /echo HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n"},
      {"space before the colon", post("Content-Length : 5\r\n", "hello")},
      {"no colon", post("Content-Length 5\r\n", "hello")},
      {"no name", post(": 5\r\n")},
      {"NUL in a value", post("X-A: b\0c\r\n"s)},
      {"NUL in a name", post("X\0A: b\r\n"s)},
      {"a lone CR in a value", post("X-A: b\rContent-Length: 5\r\n")},
      {"a lone LF ends a line", "POST /echo HTTP/1.1\nHost: x\n\n"},
      {"a lone LF within the fields", post("X-A: b\nContent-Length: 5\r\n", "hello")},
      {"a lone LF ends the head", "POST /echo HTTP/1.1\r\nHost: x\r\nX-A: b\n\n"},
      {"no Host", "POST /echo HTTP/1.1\r\n\r\n"},
      {"two Hosts", post("Host: y\r\n")},
  });
}

TEST_F(HttpHostileTest, RefusesFirstLinesThatAreNone) {
  expect_refused({
      {"two spaces", "POST  /echo HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"a space in the target", "POST /ec ho HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"no version", "POST /echo\r\nHost: x\r\n\r\n"},
      {"HTTP/2.0", "POST /echo HTTP/2.0\r\nHost: x\r\n\r\n"},
      {"HTTP/0.9", "POST /echo HTTP/0.9\r\n\r\n"},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"a target that is no path", "POST echo HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"the target of OPTIONS", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"the target of CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"NUL in the path", "POST /ec%00ho HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"a broken escape", "POST /ec%4 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s + "\r\n\r\n"},
  });
}

TEST_F(HttpHostileTest, RefusesChunksThatAreNone) {
  expect_refused({
      {"no size", chunks("\r\nhello\r\n0\r\n\r\n")},
      {"0x", chunks("0x5\r\nhello\r\n0\r\n\r\n")},
      {"a sign", chunks("+5\r\nhello\r\n0\r\n\r\n")},
      {"negative", chunks("-5\r\nhello\r\n0\r\n\r\n")},
      {"no digits", chunks("zz\r\nhello\r\n0\r\n\r\n")},
      {"beyond 64 bits", chunks("10000000000000005\r\nhello\r\n0\r\n\r\n")},
      {"more bytes than its size", chunks("5\r\nhello!\r\n0\r\n\r\n")},
      {"a lone LF behind the size", chunks("5\nhello\r\n0\r\n\r\n")},
      {"a lone LF behind the bytes", chunks("5\r\nhello\n0\r\n\r\n")},
      {"NUL in a trailer", chunks("0\r\nX-A: \0\r\n\r\n"s)},
      {"a trailer without a colon", chunks("0\r\nX-A\r\n\r\n")},
  });
}

TEST_F(HttpHostileTest, RefusesWhatIsTooLarge) {
  const std::string large(2000, 'a');
  expect_refused({
      {"a first line", "POST /" + large + " HTTP/1.1\r\n", 431, HttpRefusal::kHeadSize},
      {"one field", post("X-A: " + large + "\r\n"), 431, HttpRefusal::kHeadSize},
      {"an announced body", post("Content-Length: 1001\r\n"), 413, HttpRefusal::kBodySize},
      {"the largest length", post("Content-Length: 18446744073709551615\r\n"), 413,
       HttpRefusal::kBodySize},
      {"one chunk", chunks("3e9\r\n" + large), 413, HttpRefusal::kBodySize},
      {"the largest chunk", chunks("ffffffffffffffff\r\n" + large), 413, HttpRefusal::kBodySize},
      {"many chunks", chunks("3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\na\r\n0\r\n\r\n"), 413,
       HttpRefusal::kBodySize},
  });
  EXPECT_THAT(ask(chunks("5;a=" + large)), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(chunks("0\r\nX-A: " + large)), StartsWith("HTTP/1.1 431 "));
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a:\r\n";
  expect_refused({{"many fields", post(many), 431, HttpRefusal::kHeadSize}});
}

TEST_F(HttpHostileTest, GivesTrailersToNobody) {
  const std::string answer =
      ask(chunks("5;a=b\r\nhello\r\n0\r\nConnection: keep-alive\r\nHost: y\r\n\r\n") +
          post("Connection: close\r\nContent-Length: 2\r\n", "ok"));
  EXPECT_NE(answer.find("\r\n\r\nhelloHTTP/1.1 200 "), std::string::npos) << answer;
}

TEST_F(HttpHostileTest, TakesOldClientsAndAbsoluteTargets) {
  EXPECT_THAT(ask("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nok"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("POST http://other/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  "Content-Length: 2\r\n\r\nok"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpHostileTest, EndsSlowHeads) {
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: x\r\n"), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(server_->stats().rejected[static_cast<std::size_t>(HttpRefusal::kSlow)], 1u);
}

TEST_F(HttpHostileTest, EndsHeadsThatTrickle) {
  TcpClient client(server_->port());
  std::string answer;
  // Each byte comes in time, the head does not.
  for (int i = 0; i < 1000 && client.send("a"); ++i) {
    ::usleep(2000);
    if (server_->stats().rejected[static_cast<std::size_t>(HttpRefusal::kSlow)] > 0) break;
  }
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpHostileTest, EndsSlowBodiesAndFreesWhatTheyHeld) {
  EXPECT_THAT(ask(post("Content-Length: 1000\r\n", "hello")), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(ask(chunks("5\r\nhel")), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(server_->stats().bytes_buffered, 0u);
}

TEST_F(HttpHostileTest, ClosesConnectionsThatSayNothing) {
  TcpClient client(server_->port());
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server_->stats().connections_expired, 1u);
  EXPECT_EQ(server_->stats().requests_total, 0u);
}

TEST_F(HttpHostileTest, ForgetsClientsThatLeave) {
  for (const std::string& begun :
       {"POST /ec"s, post("Content-Length: 500\r\n", "hello"), chunks("5\r\nhe")}) {
    TcpClient client(server_->port());
    client.send(begun);
  }
  while (server_->stats().connections_total < 3 || server_->stats().connections_open > 0) {
  }
  EXPECT_EQ(server_->stats().bytes_buffered, 0u);
}

}  // namespace
}  // namespace inkling
