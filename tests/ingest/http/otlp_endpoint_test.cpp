#include <gmock/gmock.h>
#include <snappy.h>
#include <zstd.h>

#include "tests/ingest/http/endpoint_support.h"
#include "tests/ingest/wire/otlp_support.h"
#include "tests/support/snappy_frames.h"

namespace inkling::ingest {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kProtobuf = "application/x-protobuf";
constexpr const char* kJson = "application/json";

constexpr std::string_view kJsonLogs =
    R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}}]}]}]})";

std::string one_log() {
  return request(resource({}), {Proto().message(5, any_text("one"))}).bytes();
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

class OtlpEndpointTest : public EndpointTest {
 protected:
  OtlpEndpointTest() { options_.max_inflated_bytes = 1u << 20; }

  std::shared_ptr<Answers> post(std::string_view path, const char* type, std::string_view body,
                                std::string_view encoding = "") {
    if (server_.routes.empty()) open(register_otlp);
    std::map<std::string, std::string, std::less<>> headers = {{"content-type", type}};
    if (!encoding.empty()) headers["content-encoding"] = encoding;
    return send(make_request("POST", std::string(path), body, std::move(headers)));
  }
  static std::string type_of(const std::shared_ptr<Answers>& answers) {
    return answers->given.size() == 1 ? answers->given[0].content_type : "";
  }
  static bool asks_to_come_back(const std::shared_ptr<Answers>& answers) {
    for (const auto& [name, value] : answers->given.at(0).headers) {
      if (name == "Retry-After" && value == "1") return true;
    }
    return false;
  }
};

TEST_F(OtlpEndpointTest, GivesTheBodyToTheJournalAsReceivedAndAnswersAfterTheCommit) {
  const auto answers = post("/v1/logs", kProtobuf, one_log());
  EXPECT_THAT(answers->given, IsEmpty());
  ASSERT_EQ(journal_.frames.size(), 1u);
  EXPECT_EQ(journal_.frames[0].bytes.view(), one_log());
  EXPECT_EQ(journal_.frames[0].format, Format::kOtlpLogs);
  commit();
  ASSERT_EQ(status_of(answers), 200);
  EXPECT_EQ(body_of(answers), "");
  EXPECT_EQ(type_of(answers), kProtobuf);
}

TEST_F(OtlpEndpointTest, AnswersInTheEncodingOfTheRequest) {
  const auto answers = post("/v1/logs", "Application/JSON; charset=utf-8", kJsonLogs);
  commit();
  EXPECT_EQ(status_of(answers), 200);
  EXPECT_EQ(body_of(answers), "{}");
  EXPECT_EQ(type_of(answers), kJson);
  EXPECT_EQ(journal_.frames[0].format, Format::kOtlpLogsJson);
}

TEST_F(OtlpEndpointTest, KnowsAllThreeSignalsInBothEncodings) {
  const std::string item = request(resource({}), {Proto()}).bytes();
  const Proto metric = Proto().text(1, "m").message(5, Proto().message(1, Proto().real(4, 1)));
  const std::string metrics = request(resource({}), {metric}).bytes();
  post("/v1/logs", kProtobuf, item);
  post("/v1/metrics", kProtobuf, metrics);
  post("/v1/traces", kProtobuf, item);
  post("/v1/logs", kJson, kJsonLogs);
  post(
      "/v1/metrics", kJson,
      R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{}]}}]}]}]})");
  post("/v1/traces", kJson, R"({"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]})");
  std::vector<Format> formats;
  for (const IncomingFrame& frame : journal_.frames) formats.push_back(frame.format);
  EXPECT_THAT(formats, ::testing::ElementsAre(Format::kOtlpLogs, Format::kOtlpMetrics,
                                              Format::kOtlpTraces, Format::kOtlpLogsJson,
                                              Format::kOtlpMetricsJson, Format::kOtlpTracesJson));
}

TEST_F(OtlpEndpointTest, AcceptsAnEmptyRequestAtOnce) {
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, "")), 200);
  const auto answers = post("/v1/metrics", kJson, "{}");
  EXPECT_EQ(status_of(answers), 200);
  EXPECT_EQ(body_of(answers), "{}");
  EXPECT_EQ(status_of(post("/v1/traces", kProtobuf, request(resource({}), {}).bytes())), 200);
  EXPECT_THAT(journal_.frames, IsEmpty());
}

TEST_F(OtlpEndpointTest, TakesEachContentEncoding) {
  const std::string body = one_log();
  post("/v1/logs", kProtobuf, zstd(body), "zstd");
  post("/v1/logs", kProtobuf, snappy_framed(body), "snappy");
  post("/v1/logs", kProtobuf, body, "identity");
  ASSERT_EQ(journal_.frames.size(), 3u);
  EXPECT_EQ(journal_.frames[0].encoding, Encoding::kZstd);
  EXPECT_EQ(journal_.frames[1].encoding, Encoding::kSnappyFramed);
  EXPECT_EQ(journal_.frames[0].bytes.view(), zstd(body));
}

TEST_F(OtlpEndpointTest, RefusesWhatCannotBeDecodedWithAStatus) {
  const auto answers = post("/v1/logs", kProtobuf, one_log().substr(0, 12));
  EXPECT_EQ(status_of(answers), 400);
  EXPECT_EQ(type_of(answers), kProtobuf);
  EXPECT_EQ(body_of(answers),
            Proto().varint(1, 3).text(2, "the body is no export request").bytes());
  for (const std::string_view body : {"", "[]", "{\"resourceLogs\":7}", "{\"a\":", "nonsense"}) {
    const auto refused = post("/v1/logs", kJson, body);
    EXPECT_EQ(status_of(refused), 400) << body;
    EXPECT_EQ(body_of(refused), R"({"code":3,"message":"the body is no export request"})");
    EXPECT_EQ(type_of(refused), kJson);
  }
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, "not zstd", "zstd")), 400);
  EXPECT_THAT(journal_.frames, IsEmpty());
}

TEST_F(OtlpEndpointTest, RefusesOtherTypesAndEncodings) {
  EXPECT_EQ(status_of(post("/v1/logs", "text/plain", "x")), 415);
  EXPECT_EQ(status_of(post("/v1/logs", "", one_log())), 415);
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, one_log(), "br")), 415);
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, one_log(), "lz4")), 415);
}

TEST_F(OtlpEndpointTest, RefusesBodiesBeyondTheLimitOnceDecompressed) {
  const std::string large =
      request(resource({}), {Proto().message(5, any_text(std::string(2u << 20, 'x')))}).bytes();
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, zstd(large), "zstd")), 413);
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, large)), 413);
  std::string many;
  for (int i = 0; i < 140'000; ++i) many += std::string("\x12\x00", 2);  // empty spans
  const std::string spans = Proto().message(1, Proto().text(2, many)).bytes();
  EXPECT_EQ(status_of(post("/v1/traces", kProtobuf, spans)), 413);
  EXPECT_THAT(journal_.frames, IsEmpty());
}

TEST_F(OtlpEndpointTest, SaysHowManyRecordsWereRefused) {
  const Proto broken = Proto().text(5, "\x0A\x7F");
  const std::string body =
      request(resource({}), {broken, Proto().message(5, any_text("good")), broken}).bytes();
  const auto answers = post("/v1/logs", kProtobuf, body);
  commit();
  ASSERT_EQ(status_of(answers), 200);
  const std::string_view reason = "records that are no messages, or with a time out of range";
  EXPECT_EQ(body_of(answers), Proto().message(1, Proto().varint(1, 2).text(2, reason)).bytes());
  const auto json = post(
      "/v1/traces", kJson,
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"18446744073709551615"}]}]}]})");
  commit(1);
  EXPECT_EQ(status_of(json), 200);
  EXPECT_THAT(body_of(json),
              HasSubstr(R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":")"));
}

TEST_F(OtlpEndpointTest, AsksToComeBackWhenItCannotKeepIt) {
  journal_.refusal = ErrorCode::kUnavailable;
  auto answers = post("/v1/logs", kProtobuf, one_log());
  EXPECT_EQ(status_of(answers), 503);
  EXPECT_TRUE(asks_to_come_back(answers));
  journal_.refusal = ErrorCode::kIo;
  answers = post("/v1/logs", kProtobuf, one_log());
  EXPECT_EQ(status_of(answers), 503);
  EXPECT_TRUE(asks_to_come_back(answers));
  journal_.refusal.reset();
  answers = post("/v1/logs", kProtobuf, one_log());
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(status_of(answers), 503);
  journal_.refusal = ErrorCode::kInvalidArgument;
  EXPECT_EQ(status_of(post("/v1/logs", kProtobuf, one_log())), 413);
}

TEST_F(OtlpEndpointTest, NeverAnswers500) {
  open(register_otlp);
  for (const HttpRoute& route : server_.routes) {
    for (const int status : {400, 408, 413, 500, 503}) {
      const HttpResponse response = route.wording(status, HttpRequest{});
      const int expected = status == 408 || status == 500 ? 503 : status;
      EXPECT_EQ(response.status, expected);
    }
  }
}

TEST_F(OtlpEndpointTest, AsksForAKeyInTheWordsOfTheProtocol) {
  open(register_otlp, {"secret"});
  auto answers = post("/v1/logs", kJson, kJsonLogs);
  EXPECT_EQ(status_of(answers), 401);
  EXPECT_EQ(body_of(answers), R"({"code":16,"message":"a key is required"})");
  answers = send(make_request("POST", "/v1/logs", kJsonLogs,
                              {{"content-type", kJson}, {"authorization", "Bearer other"}}));
  EXPECT_EQ(status_of(answers), 403);
  answers = send(make_request("POST", "/v1/logs", kJsonLogs,
                              {{"content-type", kJson}, {"authorization", "Bearer secret"}}));
  EXPECT_EQ(status_of(answers), 0);  // taken, not committed yet
}

TEST_F(OtlpEndpointTest, CountsBySignal) {
  post("/v1/logs", kProtobuf, one_log());
  commit();
  post("/v1/metrics", kProtobuf, "nonsense");
  const std::string text = metrics_.expose();
  EXPECT_THAT(text, HasSubstr("accepted_requests_total{endpoint=\"otlp_logs\"} 1"));
  EXPECT_THAT(
      text, HasSubstr("refused_requests_total{endpoint=\"otlp_metrics\",reason=\"malformed\"} 1"));
}

}  // namespace
}  // namespace inkling::ingest
