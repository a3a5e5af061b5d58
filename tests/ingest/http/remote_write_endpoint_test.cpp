#include <gmock/gmock.h>
#include <snappy.h>

#include "tests/ingest/http/endpoint_support.h"
#include "tests/ingest/wire/remote_write_support.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kV1 = "application/x-protobuf";
constexpr const char* kV2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

std::string block(std::string_view text) {
  std::string out;
  snappy::Compress(text.data(), text.size(), &out);
  return out;
}

auto written(const char* samples, const char* histograms, const char* exemplars) {
  return ElementsAre(Pair("X-Prometheus-Remote-Write-Samples-Written", samples),
                     Pair("X-Prometheus-Remote-Write-Histograms-Written", histograms),
                     Pair("X-Prometheus-Remote-Write-Exemplars-Written", exemplars));
}

class RemoteWriteEndpointTest : public EndpointTest {
 protected:
  RemoteWriteEndpointTest() { open(register_remote_write); }

  std::shared_ptr<Answers> post(const char* type, std::string_view body,
                                const char* encoding = "snappy") {
    std::map<std::string, std::string, std::less<>> headers = {{"content-type", type}};
    if (*encoding != '\0') headers["content-encoding"] = encoding;
    return send(make_request("POST", "/api/v1/write", body, std::move(headers)));
  }

  std::string v1_ = block(request_v1({series_v1({{"__name__", "a"}}, {remote_sample(1, 1)})}));
  RequestV2 v2_;
};

TEST_F(RemoteWriteEndpointTest, AnswersVersion1AfterTheCommit) {
  const auto answers = post(kV1, v1_);
  EXPECT_THAT(answers->given, IsEmpty());
  ASSERT_EQ(journal_.frames.size(), 1u);
  EXPECT_EQ(journal_.frames[0].format, Format::kRemoteWriteV1);
  EXPECT_EQ(journal_.frames[0].encoding, Encoding::kSnappyBlock);
  EXPECT_EQ(journal_.frames[0].bytes.view(), v1_);
  commit();
  EXPECT_EQ(status_of(answers), 204);
  EXPECT_EQ(body_of(answers), "");
  EXPECT_THAT(answers->given[0].headers, IsEmpty());
}

TEST_F(RemoteWriteEndpointTest, TellsVersion2WhatWasWritten) {
  const Proto exemplar = Proto().packed_varints(1, {1, 2}).real(2, 1).varint(3, 1);
  const Proto histogram = Proto().varint(1, 2).real(3, 1).varint(15, 1);
  const std::string body =
      block(v2_.bytes({v2_.series({{"__name__", "a"}}, {remote_sample(1, 1), remote_sample(2, 2)})
                           .message(3, histogram)
                           .message(4, exemplar)
                           .message(4, exemplar)
                           .message(4, exemplar)}));
  const auto answers = post(kV2, body);
  commit();
  ASSERT_EQ(status_of(answers), 204);
  EXPECT_THAT(answers->given[0].headers, written("2", "1", "3"));
  EXPECT_EQ(journal_.frames[0].format, Format::kRemoteWriteV2);
}

TEST_F(RemoteWriteEndpointTest, NeverAnswersASuccessToAPartialWrite) {
  const Proto bad = Proto().packed_varints(1, {1, 77}).message(2, remote_sample(1, 1));
  const Proto good = v2_.series({{"__name__", "a"}}, {remote_sample(1, 1)});
  const auto answers = post(kV2, block(v2_.bytes({good, bad, good})));
  commit();
  ASSERT_EQ(status_of(answers), 400);
  EXPECT_EQ(body_of(answers), "1 samples were not written: a label refers to no symbol\n");
  EXPECT_THAT(answers->given[0].headers, written("2", "0", "0"));
  EXPECT_EQ(journal_.frames.size(), 1u);

  const std::string nameless =
      block(request_v1({series_v1({{"a", "b"}}, {remote_sample(1, 1)}),
                        series_v1({{"__name__", "a"}}, {remote_sample(1, 1)})}));
  const auto old = post(kV1, nameless);
  commit(1);
  EXPECT_EQ(status_of(old), 400);
  EXPECT_THAT(body_of(old), HasSubstr("no __name__"));
}

TEST_F(RemoteWriteEndpointTest, RefusesWhatIsNoWriteRequest) {
  EXPECT_EQ(status_of(post(kV1, "not snappy at all")), 400);
  EXPECT_EQ(status_of(post(kV1, "")), 400);
  EXPECT_EQ(status_of(post(kV1, block("\x0A\x7F"))), 400);
  const auto answers = post(kV2, block("\x2A\x7F"));
  EXPECT_EQ(status_of(answers), 400);
  EXPECT_EQ(body_of(answers), "the body is no write request\n");
  EXPECT_THAT(answers->given[0].headers, written("0", "0", "0"));
  // A block that announces more than may be decompressed.
  EXPECT_EQ(status_of(post(kV1, std::string_view("\xFF\xFF\xFF\xFF\x0F\x00\x61", 7))), 400);
  EXPECT_THAT(journal_.frames, IsEmpty());
}

TEST_F(RemoteWriteEndpointTest, RefusesOtherMessagesAndEncodings) {
  EXPECT_EQ(status_of(post("application/json", v1_)), 415);
  EXPECT_EQ(status_of(post("", v1_)), 415);
  EXPECT_EQ(status_of(post("application/x-protobuf;proto=io.prometheus.write.v3.Request", v1_)),
            415);
  EXPECT_EQ(status_of(post(kV1, v1_, "gzip")), 415);
  EXPECT_EQ(status_of(post(kV1, v1_, "br")), 415);
  EXPECT_THAT(journal_.frames, IsEmpty());
}

TEST_F(RemoteWriteEndpointTest, KnowsTheNamesOfBothMessages) {
  post("application/x-protobuf;proto=prometheus.WriteRequest", v1_);
  post("Application/X-Protobuf; proto=\"io.prometheus.write.v2.Request\"",
       block(v2_.bytes({v2_.series({{"__name__", "a"}}, {remote_sample(1, 1)})})));
  post(kV1, v1_, "");  // the header was forgotten
  ASSERT_EQ(journal_.frames.size(), 3u);
  EXPECT_EQ(journal_.frames[0].format, Format::kRemoteWriteV1);
  EXPECT_EQ(journal_.frames[1].format, Format::kRemoteWriteV2);
  EXPECT_EQ(journal_.frames[2].encoding, Encoding::kSnappyBlock);
}

TEST_F(RemoteWriteEndpointTest, AcceptsMetadataAtOnce) {
  const std::string metadata = block(Proto().message(3, Proto().varint(1, 1).text(2, "a")).bytes());
  EXPECT_EQ(status_of(post(kV1, metadata)), 204);
  EXPECT_THAT(journal_.frames, IsEmpty());
}

TEST_F(RemoteWriteEndpointTest, AsksToComeBackWith503Only) {
  const auto expect_503 = [&] {
    const auto answers = post(kV1, v1_);
    ASSERT_EQ(status_of(answers), 503);
    EXPECT_THAT(answers->given[0].headers, ElementsAre(Pair("Retry-After", "1")));
  };
  journal_.refusal = ErrorCode::kUnavailable;
  expect_503();
  journal_.refusal = ErrorCode::kIo;
  expect_503();
  for (const int status : {408, 500, 503}) {
    EXPECT_EQ(server_.routes[0].wording(status, HttpRequest{}).status, 503);
  }
}

TEST_F(EndpointTest, RemoteWriteAsksForAKey) {
  open(register_remote_write, {"secret"});
  EXPECT_EQ(status_of(send(make_request("POST", "/api/v1/write", "x"))), 401);
  EXPECT_EQ(status_of(send(
                make_request("POST", "/api/v1/write", "x", {{"authorization", "Bearer other"}}))),
            403);
}

}  // namespace
}  // namespace inkling::ingest
