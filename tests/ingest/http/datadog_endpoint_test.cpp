#include <gmock/gmock.h>

#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/compress.h"

namespace inkling::ingest {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::string_view kBody = R"([{"message":"one","ddtags":"env:prod"}])";

class DatadogEndpointTest : public EndpointTest {
 protected:
  DatadogEndpointTest() { open(register_datadog); }

  std::shared_ptr<Answers> post(std::string_view body, std::string_view encoding = "",
                                std::string path = "/api/v2/logs") {
    HttpRequest request = make_request("POST", std::move(path), body);
    if (!encoding.empty()) request.headers["content-encoding"] = encoding;
    return send(std::move(request));
  }
};

TEST_F(DatadogEndpointTest, DatadogAgentSuccessIs202) {
  for (const char* path : {"/api/v2/logs", "/v1/input", "/v1/input/0123456789abcdef"}) {
    const auto answers = post(kBody, "", path);
    EXPECT_TRUE(answers->given.empty());
    commit(journal_.frames.size() - 1);
    EXPECT_EQ(status_of(answers), 202) << path;
    EXPECT_EQ(body_of(answers), "{}");
    EXPECT_EQ(journal_.frames.back().format, Format::kDatadogLogs);
  }
}

TEST_F(DatadogEndpointTest, DatadogAgentOverloadIs429) {
  journal_.refusal = ErrorCode::kUnavailable;
  const auto answers = post(kBody);
  EXPECT_EQ(status_of(answers), 429);
  EXPECT_THAT(answers->given[0].headers, Contains(Pair("Retry-After", "1")));
}

TEST_F(DatadogEndpointTest, DatadogAgentLosesDataOn400SoOnlyGarbageHasIt) {
  EXPECT_EQ(status_of(post("nonsense")), 400);
  EXPECT_EQ(status_of(post("")), 400);
  EXPECT_EQ(status_of(post("nonsense", "zstd")), 400);
  EXPECT_EQ(status_of(post(kBody, "br")), 415);
  EXPECT_TRUE(journal_.frames.empty());
  post(R"([{"message":"a"},{"message":)");  // the good one is kept
  EXPECT_EQ(journal_.frames.size(), 1u);
}

TEST_F(DatadogEndpointTest, ADiskFailureAsksToComeAgain) {
  const auto answers = post(kBody);
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(status_of(answers), 503);
}

TEST_F(DatadogEndpointTest, TakesCompressedBodies) {
  post(gzip_in_two(kBody), "gzip");
  post(zstd(kBody), "zstd");
  post(deflate_zlib(kBody), "deflate");
  std::vector<Encoding> seen;
  for (const IncomingFrame& frame : journal_.frames) seen.push_back(frame.encoding);
  EXPECT_THAT(seen, ::testing::ElementsAre(Encoding::kGzip, Encoding::kZstd, Encoding::kDeflate));
}

TEST_F(DatadogEndpointTest, AnswersTheAgentsQuestions) {
  EXPECT_EQ(status_of(post("{}")), 202);  // is anybody there?
  EXPECT_TRUE(journal_.frames.empty());
  const auto valid = send(make_request("GET", "/api/v1/validate", ""));
  EXPECT_EQ(status_of(valid), 200);
  EXPECT_EQ(body_of(valid), "{}");
}

TEST_F(EndpointTest, DatadogAsksForAKeyInItsOwnWords) {
  open(register_datadog, {"secret"});
  const auto status = [&](std::string path,
                          std::map<std::string, std::string, std::less<>> headers) {
    return status_of(send(make_request("POST", std::move(path), kBody, std::move(headers))));
  };
  EXPECT_EQ(status("/api/v2/logs", {}), 401);
  EXPECT_EQ(status("/api/v2/logs", {{"dd-api-key", "wrong"}}), 403);
  EXPECT_EQ(status("/v1/input/wrong", {}), 403);
  EXPECT_EQ(status("/v1/input", {}), 401);
  EXPECT_EQ(status("/api/v2/logs", {{"dd-api-key", "secret"}}), 0);  // taken
  EXPECT_EQ(status("/v1/input/secret", {}), 0);
  EXPECT_EQ(journal_.frames.size(), 2u);
  EXPECT_THAT(body_of(send(make_request("POST", "/api/v2/logs", kBody))),
              HasSubstr(R"({"errors":[{"status":"401","title":"Unauthorized")"));
  EXPECT_EQ(status_of(send(make_request("GET", "/api/v1/validate", ""))), 401);
}

}  // namespace
}  // namespace inkling::ingest
