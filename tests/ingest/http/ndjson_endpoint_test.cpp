#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ingest/journal_format.h"
#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/tcp_client.h"
#include "tests/support/temp_directory.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class NdjsonEndpointTest : public EndpointTest {
 protected:
  NdjsonEndpointTest() { open(register_ndjson); }

  std::shared_ptr<Answers> post(std::string_view body, std::string_view encoding = "",
                                std::string client = "192.0.2.1") {
    HttpRequest request = make_request("POST", "/ingest/ndjson", body);
    request.client = std::move(client);
    if (!encoding.empty()) request.headers["content-encoding"] = encoding;
    return send(std::move(request));
  }
};

TEST_F(NdjsonEndpointTest, GivesTheBodyToTheJournalAsReceived) {
  post("{\"a\":1}\n");
  ASSERT_EQ(journal_.frames.size(), 1u);
  const IncomingFrame& frame = journal_.frames[0];
  EXPECT_EQ(frame.bytes.view(), "{\"a\":1}\n");
  EXPECT_EQ(frame.format, Format::kNdjson);
  EXPECT_EQ(frame.encoding, Encoding::kIdentity);
  EXPECT_EQ(frame.arrival, Timestamp::from_seconds(1'700'000'000));
  EXPECT_EQ(frame.origin, 100u);
  EXPECT_EQ(frame.origin_name, "http 192.0.2.1");
}

TEST_F(NdjsonEndpointTest, AnswersOnlyAfterTheCommit) {
  const auto answers = post("{\"a\":1}\n");
  EXPECT_TRUE(answers->given.empty());
  journal_.pending.at(0)(Position{});
  ASSERT_EQ(status_of(answers), 200);
  EXPECT_EQ(answers->given[0].body, "{\"accepted_bytes\":8}\n");
  EXPECT_EQ(answers->given[0].content_type, "application/json");
}

TEST_F(NdjsonEndpointTest, SaysWhenTheDiskFailedAtTheCommit) {
  const auto answers = post("{}");
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(status_of(answers), 507);
}

TEST_F(NdjsonEndpointTest, AsksToComeBackWhenTheJournalIsFull) {
  journal_.refusal = ErrorCode::kUnavailable;
  const auto answers = post("{}");
  ASSERT_EQ(status_of(answers), 503);
  EXPECT_THAT(answers->given[0].headers, ElementsAre(Pair("Retry-After", "1")));
}

TEST_F(NdjsonEndpointTest, SaysWhenTheDiskFailed) {
  journal_.refusal = ErrorCode::kIo;
  EXPECT_EQ(status_of(post("{}")), 507);
}

TEST_F(NdjsonEndpointTest, RefusesAnEmptyBody) {
  EXPECT_EQ(status_of(post("")), 400);
  EXPECT_TRUE(journal_.frames.empty());
}

TEST_F(NdjsonEndpointTest, TakesCompressedBodiesAsTheyAre) {
  const std::string_view gzip = "\x1F\x8B\x08...";
  const std::string_view zstd = "\x28\xB5\x2F\xFD...";
  post(gzip, "gzip");
  post(zstd, "ZSTD");
  ASSERT_EQ(journal_.frames.size(), 2u);
  EXPECT_EQ(journal_.frames[0].encoding, Encoding::kGzip);
  EXPECT_EQ(journal_.frames[0].bytes.view(), gzip);
  EXPECT_EQ(journal_.frames[1].encoding, Encoding::kZstd);
  EXPECT_EQ(journal_.frames[1].bytes.view(), zstd);
}

TEST_F(NdjsonEndpointTest, RefusesBytesThatAreNotWhatTheyClaim) {
  EXPECT_EQ(status_of(post("{}", "gzip")), 400);
  EXPECT_EQ(status_of(post("\x1F\x8B\x08...", "zstd")), 400);
  EXPECT_TRUE(journal_.frames.empty());
}

TEST_F(NdjsonEndpointTest, RefusesUnknownEncodings) {
  EXPECT_EQ(status_of(post("{}", "br")), 415);
  EXPECT_EQ(status_of(post("{}", "gzip, gzip")), 415);
}

TEST_F(NdjsonEndpointTest, GivesEachAddressAnOriginUpToALimit) {
  for (std::size_t i = 0; i < HttpIntake::kMaxOrigins + 2; ++i) {
    post("{}", "", fmt::format("client {}", i));
  }
  post("{}", "", "client 1");
  const auto origin = [&](std::size_t i) {
    return std::pair(journal_.frames.at(i).origin, journal_.frames.at(i).origin_name);
  };
  EXPECT_EQ(origin(1), std::pair(OriginId{101}, std::string("http client 1")));
  EXPECT_EQ(origin(1023), std::pair(OriginId{1123}, std::string("http client 1023")));
  EXPECT_EQ(origin(1024), std::pair(OriginId{1124}, std::string("http others")));
  EXPECT_EQ(origin(1025), std::pair(OriginId{1124}, std::string("http others")));
  EXPECT_EQ(origin(1026), std::pair(OriginId{101}, std::string("http client 1")));
}

TEST_F(NdjsonEndpointTest, CountsWhatWasTakenAndWhatWasNot) {
  post("12345");
  journal_.pending.at(0)(Position{});
  post("");
  post("{}", "br");
  journal_.refusal = ErrorCode::kUnavailable;
  post("{}");
  const std::string text = metrics_.expose();
  EXPECT_THAT(text, ::testing::HasSubstr(
                        "inkling_ingest_http_accepted_bytes_total{endpoint=\"ndjson\"} 5"));
  for (const std::string reason : {"empty", "encoding", "full"}) {
    EXPECT_THAT(
        text,
        ::testing::HasSubstr(fmt::format(
            "inkling_ingest_http_refused_requests_total{{endpoint=\"ndjson\",reason=\"{}\"}} 1",
            reason)));
  }
}

TEST_F(EndpointTest, AsksForAKeyWhereThereAreKeys) {
  open(register_ndjson, {"first", "second"});
  const auto status = [&](std::map<std::string, std::string, std::less<>> headers) {
    return status_of(send(make_request("POST", "/ingest/ndjson", "{}", std::move(headers))));
  };
  EXPECT_EQ(status({}), 401);
  EXPECT_EQ(status({{"authorization", "Bearer third"}}), 403);
  EXPECT_TRUE(journal_.frames.empty());
  EXPECT_EQ(status({{"authorization", "Bearer first"}}), 0);  // taken, not committed yet
  EXPECT_EQ(status({{"x-api-key", "second"}}), 0);
  EXPECT_EQ(status({{"authorization", "Basic dXNlcjpmaXJzdA=="}}), 0);  // user:first
  EXPECT_EQ(journal_.frames.size(), 3u);
}

TEST(HttpIngestTest, ABodyIsInTheJournalWhenItsAnswerComes) {
  const TempDirectory temp;
  MetricsRegistry metrics;
  const ManualClock clock(Timestamp::from_seconds(1'700'000'000));
  JournalOptions options;
  options.directory = temp.file("journal");
  auto journal = Journal::open_local(options, metrics);
  ASSERT_TRUE(journal) << journal.error().message;
  HttpIntake intake(**journal, clock, metrics, 1);
  const AccessKeys keys;
  const HttpSourceOptions http_options;
  auto server = HttpServer::create({.port = 0});
  ASSERT_TRUE(server);
  register_ndjson({**server, intake, keys, http_options});
  ASSERT_TRUE((*server)->start());

  const std::string body = "{\"msg\":\"one\"}\n{\"msg\":\"two\"}\n";
  TcpClient client((*server)->port());
  client.send(fmt::format("POST /ingest/ndjson HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}",
                          body.size(), body));
  EXPECT_THAT(client.read_response(), ::testing::EndsWith("{\"accepted_bytes\":28}\n"));
  FrameChunk chunk;
  const auto more = (*journal)->next(chunk);
  ASSERT_TRUE(more && *more);
  EXPECT_EQ(chunk.bytes.view(), body);
  EXPECT_EQ(chunk.header.arrival, clock.now());
  EXPECT_EQ(chunk.header.origin, origin_number(*chunk.origin_name));
}

}  // namespace
}  // namespace inkling::ingest
