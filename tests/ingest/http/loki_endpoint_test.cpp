#include <gmock/gmock.h>

#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/compress.h"

namespace inkling::ingest {
namespace {

using ::testing::Contains;
using ::testing::Pair;

constexpr std::string_view kBody =
    R"({"streams":[{"stream":{"app":"api"},"values":[["1718000000000000000","line"]]}]})";

class LokiEndpointTest : public EndpointTest {
 protected:
  LokiEndpointTest() { open(register_loki); }

  std::shared_ptr<Answers> push(std::string_view body, std::string_view encoding = "",
                                std::string type = "application/json",
                                std::string path = "/loki/api/v1/push") {
    HttpRequest request = make_request("POST", std::move(path), body);
    request.headers["content-type"] = std::move(type);
    if (!encoding.empty()) request.headers["content-encoding"] = encoding;
    return send(std::move(request));
  }
};

TEST_F(LokiEndpointTest, LokiPushSuccessIs204) {
  const auto answers = push(kBody);
  EXPECT_TRUE(answers->given.empty());
  commit();
  EXPECT_EQ(status_of(answers), 204);
  EXPECT_EQ(body_of(answers), "");
  EXPECT_EQ(journal_.frames.at(0).format, Format::kLokiJson);
}

TEST_F(LokiEndpointTest, LokiPushOverloadIs429) {
  journal_.refusal = ErrorCode::kUnavailable;
  const auto answers = push(kBody);
  EXPECT_EQ(status_of(answers), 429);
  EXPECT_THAT(answers->given[0].headers, Contains(Pair("Retry-After", "1")));
}

TEST_F(LokiEndpointTest, LokiPushLosesDataOn400SoOnlyGarbageHasIt) {
  EXPECT_EQ(status_of(push("nonsense")), 400);
  EXPECT_EQ(status_of(push("")), 400);
  EXPECT_EQ(status_of(push("nonsense", "gzip")), 400);
  EXPECT_EQ(status_of(push(kBody, "br")), 415);
  EXPECT_TRUE(journal_.frames.empty());
  push(R"({"streams":[{"stream":{},"values":[["soon","x"]]}]})");  // kept, and counted as broken
  EXPECT_EQ(journal_.frames.size(), 1u);
}

TEST_F(LokiEndpointTest, ADiskFailureAsksToComeAgain) {
  const auto answers = push(kBody);
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(status_of(answers), 503);
}

TEST_F(LokiEndpointTest, TellsFormatsAndEncodings) {
  push("\x05snap", "", "application/x-protobuf");
  push("\x05snap", "snappy", "application/x-protobuf", "/api/prom/push");
  push(gzip_in_two(kBody), "gzip", "application/json; charset=utf-8");
  push(zstd(kBody), "zstd");
  push(deflate_zlib(kBody), "deflate");
  std::vector<std::pair<Format, Encoding>> seen;
  for (const IncomingFrame& frame : journal_.frames)
    seen.emplace_back(frame.format, frame.encoding);
  EXPECT_THAT(seen, ::testing::ElementsAre(Pair(Format::kLokiProto, Encoding::kSnappyBlock),
                                           Pair(Format::kLokiProto, Encoding::kSnappyBlock),
                                           Pair(Format::kLokiJson, Encoding::kGzip),
                                           Pair(Format::kLokiJson, Encoding::kZstd),
                                           Pair(Format::kLokiJson, Encoding::kDeflate)));
}

TEST_F(LokiEndpointTest, SaysWhenItIsReady) {
  EXPECT_EQ(body_of(send(make_request("GET", "/ready", ""))), "ready\n");
}

TEST_F(EndpointTest, LokiAsksForAKey) {
  open(register_loki, {"secret"});
  EXPECT_EQ(status_of(send(make_request("POST", "/loki/api/v1/push", kBody))), 401);
  EXPECT_EQ(status_of(send(make_request("POST", "/loki/api/v1/push", kBody,
                                        {{"authorization", "Basic eDp5"}}))),
            403);
  EXPECT_EQ(status_of(send(make_request("GET", "/ready", ""))), 200);
}

}  // namespace
}  // namespace inkling::ingest
