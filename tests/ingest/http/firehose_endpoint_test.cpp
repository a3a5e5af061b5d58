#include <gmock/gmock.h>

#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/compress.h"

namespace inkling::ingest {
namespace {

using ::testing::Contains;
using ::testing::Pair;

constexpr std::string_view kBody =
    R"({"requestId":"r-1","timestamp":1718000000123,"records":[{"data":"eyJtc2ciOiJoaSJ9"},{"data":""}]})";

class FirehoseEndpointTest : public EndpointTest {
 protected:
  FirehoseEndpointTest() { open(register_firehose); }

  std::shared_ptr<Answers> deliver(std::string_view body, std::string_view encoding = "",
                                   std::map<std::string, std::string, std::less<>> headers = {
                                       {"x-amz-firehose-request-id", "r-1"}}) {
    HttpRequest request = make_request("POST", "/ingest/firehose", body, std::move(headers));
    if (!encoding.empty()) request.headers["content-encoding"] = encoding;
    return send(std::move(request));
  }
};

TEST_F(FirehoseEndpointTest, FirehoseSuccessIsExactly200WithTheRequestId) {
  const auto answers = deliver(kBody);
  EXPECT_TRUE(answers->given.empty());
  commit();
  EXPECT_EQ(status_of(answers), 200);
  EXPECT_EQ(body_of(answers), R"({"requestId":"r-1","timestamp":1700000000000})");
  EXPECT_EQ(answers->given[0].content_type, "application/json");
  EXPECT_EQ(journal_.frames.at(0).format, Format::kFirehose);
  EXPECT_EQ(journal_.frames.at(0).client_key, "r-1");
  EXPECT_EQ(journal_.frames.at(0).bytes.view(), kBody);
}

TEST_F(FirehoseEndpointTest, FirehoseOverloadIs503) {
  journal_.refusal = ErrorCode::kUnavailable;
  const auto answers = deliver(kBody);
  EXPECT_EQ(status_of(answers), 503);
  EXPECT_EQ(
      body_of(answers),
      R"({"requestId":"r-1","timestamp":1700000000000,"errorMessage":"too much is pending"})");
}

TEST_F(FirehoseEndpointTest, FirehoseLosesDataOn413SoItIsNeverSaid) {
  const HttpRoute& route = *server_.find("POST", "/ingest/firehose");
  EXPECT_EQ(route.max_body_bytes, 96u << 20);
  EXPECT_EQ(route.too_large_status, 400);
  const HttpResponse too_large = route.wording(
      400, make_request("POST", "/ingest/firehose", "", {{"x-amz-firehose-request-id", "r-9"}}));
  EXPECT_EQ(too_large.status, 400);
  EXPECT_EQ(
      too_large.body,
      R"({"requestId":"r-9","timestamp":1700000000000,"errorMessage":"the request cannot be taken"})");
  journal_.refusal = ErrorCode::kInvalidArgument;  // larger than a frame may be
  EXPECT_EQ(status_of(deliver(kBody)), 400);
}

TEST_F(FirehoseEndpointTest, ADiskFailureAsksToComeAgain) {
  const auto answers = deliver(kBody);
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(status_of(answers), 503);
}

TEST_F(FirehoseEndpointTest, GarbageIs400AndNotKept) {
  for (const std::string_view body : {"", "nonsense", "{}", R"({"requestId":"r-1","records":7})",
                                      R"({"records":[{"data":"")", R"({"records":[]} x)"}) {
    const auto answers = deliver(body);
    EXPECT_EQ(status_of(answers), 400) << body;
    EXPECT_THAT(body_of(answers), ::testing::StartsWith(R"({"requestId":"r-1","timestamp":)"));
  }
  EXPECT_EQ(status_of(deliver("nonsense", "gzip")), 400);
  EXPECT_EQ(status_of(deliver(gzip(kBody).substr(0, 30), "gzip")), 400);
  EXPECT_EQ(status_of(deliver(kBody, "br")), 415);
  EXPECT_TRUE(journal_.frames.empty());
}

TEST_F(FirehoseEndpointTest, ReadsCompressedBodies) {
  for (const std::string& body : {gzip(kBody), gzip_in_two(kBody)}) {
    const auto answers = deliver(body, "gzip", {});
    commit(journal_.frames.size() - 1);
    EXPECT_EQ(body_of(answers), R"({"requestId":"r-1","timestamp":1700000000000})");
    EXPECT_EQ(journal_.frames.back().bytes.view(), body);
  }
}

TEST_F(FirehoseEndpointTest, CommonAttributesHoldForTheFrame) {
  deliver(kBody, "",
          {{"x-amz-firehose-common-attributes",
            R"({"commonAttributes":{"service":"checkout","stage":"prod\n"}})"}});
  EXPECT_EQ(journal_.frames.at(0).attributes, "service=checkout\nstage=prod_");
  deliver(kBody, "", {{"x-amz-firehose-common-attributes", "nonsense"}});
  EXPECT_EQ(journal_.frames.at(1).attributes, "");
}

TEST_F(EndpointTest, FirehoseAsksForOneOfItsKeysInItsOwnWords) {
  open(register_firehose, {"old", "new"});
  const auto deliver = [&](std::map<std::string, std::string, std::less<>> headers) {
    headers["x-amz-firehose-request-id"] = "r-1";
    return send(make_request("POST", "/ingest/firehose", kBody, std::move(headers)));
  };
  const auto missing = deliver({});
  EXPECT_EQ(status_of(missing), 401);
  EXPECT_EQ(
      body_of(missing),
      R"({"requestId":"r-1","timestamp":1700000000000,"errorMessage":"an access key is required"})");
  EXPECT_EQ(status_of(deliver({{"x-amz-firehose-access-key", "other"}})), 403);
  EXPECT_EQ(status_of(deliver({{"x-amz-firehose-access-key", "old"}})), 0);  // taken
  EXPECT_EQ(status_of(deliver({{"x-amz-firehose-access-key", "new"}})), 0);
  EXPECT_EQ(journal_.frames.size(), 2u);
}

}  // namespace
}  // namespace inkling::ingest
