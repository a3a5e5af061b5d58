#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ingest/http/splunk_acks.h"
#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/compress.h"

namespace inkling::ingest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr std::string_view kBody = R"({"event":"one"}{"event":{"message":"two"}})";
const std::string kChannel = "0aeeac95-ac74-4aa9-b30d-6c4c0ac581ba";
const std::string kEvents = "/services/collector/event";
const std::string kRaw = "/services/collector/raw";
const std::string kAck = "/services/collector/ack";

class SplunkEndpointTest : public EndpointTest {
 protected:
  SplunkEndpointTest() { open(register_splunk); }

  std::shared_ptr<Answers> post(std::string path, std::string_view body,
                                std::string_view encoding = "") {
    HttpRequest request = make_request("POST", std::move(path), body);
    if (!encoding.empty()) request.headers["content-encoding"] = encoding;
    return send(std::move(request));
  }
  // "status body" of the only answer.
  static std::string said(const std::shared_ptr<Answers>& answers) {
    return fmt::format("{} {}", status_of(answers), body_of(answers));
  }
  std::string committed(const std::shared_ptr<Answers>& answers) {
    commit(journal_.frames.size() - 1);
    return said(answers);
  }
};

TEST_F(SplunkEndpointTest, SplunkHecSuccessIs200Code0) {
  for (const char* path : {"", "/event", "/event/1.0"}) {
    const auto answers = post("/services/collector" + std::string(path), kBody);
    EXPECT_TRUE(answers->given.empty());
    EXPECT_EQ(committed(answers), R"(200 {"text":"Success","code":0})");
    EXPECT_EQ(journal_.frames.back().format, Format::kHecEvents);
    EXPECT_EQ(journal_.frames.back().bytes.view(), kBody);
  }
}

TEST_F(SplunkEndpointTest, SplunkHecOverloadIs503Code9) {
  journal_.refusal = ErrorCode::kUnavailable;
  const auto answers = post(kEvents, kBody);
  EXPECT_EQ(said(answers), R"(503 {"text":"Server is busy","code":9})");
  EXPECT_THAT(answers->given[0].headers, Contains(Pair("Retry-After", "1")));
}

TEST_F(SplunkEndpointTest, SplunkHecLosesDataOn400SoGoodEventsAreKeptAllTheSame) {
  const auto answers = post(kEvents, R"({"event":"a"}{"event":})"
                                     "\n"
                                     R"({"event":"b"})");
  ASSERT_EQ(journal_.frames.size(), 1u);
  EXPECT_EQ(committed(answers),
            R"(400 {"text":"Invalid data format","code":6,"invalid-event-number":1})");
}

TEST_F(SplunkEndpointTest, SaysWhatIsWrongWithEvents) {
  const auto say = [&](std::string_view body) { return said(post(kEvents, body)); };
  EXPECT_EQ(say(""), R"(400 {"text":"No data","code":5})");
  EXPECT_EQ(say(" \n"), R"(400 {"text":"No data","code":5})");
  EXPECT_EQ(say("nonsense"),
            R"(400 {"text":"Invalid data format","code":6,"invalid-event-number":0})");
  EXPECT_EQ(say(R"({"time":1})"),
            R"(400 {"text":"Event field is required","code":12,"invalid-event-number":0})");
  EXPECT_EQ(say(R"({"event":""})"),
            R"(400 {"text":"Event field cannot be blank","code":13,"invalid-event-number":0})");
  EXPECT_TRUE(journal_.frames.empty());
}

TEST_F(SplunkEndpointTest, FirehosesProbeHears400Code5) {
  EXPECT_EQ(said(post("/services/collector/event?channel=" + kChannel, "")),
            R"(400 {"text":"No data","code":5})");
}

TEST_F(SplunkEndpointTest, ADiskFailureIs500Code8) {
  const auto answers = post(kEvents, kBody);
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(said(answers), R"(500 {"text":"Internal server error","code":8})");
}

TEST_F(SplunkEndpointTest, ReadsCompressedBodies) {
  for (const auto& [encoding, body] :
       {std::pair("gzip", gzip(kBody)), std::pair("gzip", gzip_in_two(kBody)),
        std::pair("zstd", zstd(kBody)), std::pair("deflate", deflate_zlib(kBody))}) {
    EXPECT_EQ(committed(post(kEvents, body, encoding)), R"(200 {"text":"Success","code":0})");
    EXPECT_EQ(journal_.frames.back().bytes.view(), body);
  }
  EXPECT_EQ(status_of(post(kEvents, gzip(kBody).substr(0, 20), "gzip")), 400);
  EXPECT_EQ(status_of(post(kEvents, kBody, "br")), 415);
}

TEST_F(SplunkEndpointTest, TakesRawLinesOfAChannel) {
  const auto answers =
      post(kRaw + "?channel=" + kChannel + "&source=s&host=h&service=api", "one\ntwo\n");
  EXPECT_EQ(committed(answers), R"(200 {"text":"Success","code":0,"ackId":0})");
  EXPECT_EQ(journal_.frames.at(0).format, Format::kText);
  EXPECT_EQ(journal_.frames.at(0).attributes, "host=h\nsource=s\nservice=api");
  EXPECT_EQ(said(post(kRaw, "one")), R"(400 {"text":"Data channel is missing","code":10})");
  EXPECT_EQ(said(post(kRaw + "?channel=x", "one")),
            R"(400 {"text":"Invalid data channel","code":11})");
}

TEST_F(SplunkEndpointTest, AnIdBecomesTrueOnlyAfterTheCommit) {
  const std::string query = "?channel=" + kChannel;
  const auto first = post(kEvents + query, kBody);
  const auto second = post(kEvents + query, kBody);
  EXPECT_EQ(body_of(post(kAck + query, R"({"acks":[0,1,2]})")),
            R"({"acks":{"0":false,"1":false,"2":false}})");
  commit(1);
  EXPECT_EQ(body_of(second), R"({"text":"Success","code":0,"ackId":1})");
  EXPECT_TRUE(first->given.empty());
  EXPECT_EQ(body_of(post(kAck + query, R"({"acks":[0,1]})")), R"({"acks":{"0":false,"1":true}})");
  commit(0);
  EXPECT_EQ(body_of(post(kAck + query, R"({"acks":[0,1]})")), R"({"acks":{"0":true,"1":false}})");
}

TEST_F(SplunkEndpointTest, AsksForAChannelAndAQuestion) {
  EXPECT_EQ(said(post(kAck, R"({"acks":[0]})")),
            R"(400 {"text":"Data channel is missing","code":10})");
  EXPECT_EQ(said(post(kAck + "?channel=" + kChannel, R"({"acks":[-1]})")),
            R"(400 {"text":"Invalid data format","code":6})");
  EXPECT_EQ(said(post(kAck + "?channel=" + kChannel, "")),
            R"(400 {"text":"Invalid data format","code":6})");
}

TEST_F(SplunkEndpointTest, SaysWhenAcksAreOff) {
  options_.splunk_acks = false;
  server_.routes.clear();
  open(register_splunk);
  EXPECT_EQ(said(post(kAck + "?channel=" + kChannel, R"({"acks":[0]})")),
            R"(400 {"text":"ACK is disabled","code":14})");
  EXPECT_EQ(committed(post(kEvents + "?channel=" + kChannel, kBody)),
            R"(200 {"text":"Success","code":0})");
}

TEST_F(SplunkEndpointTest, TellsItsHealth) {
  const auto health = [&] {
    return said(send(make_request("GET", "/services/collector/health", "")));
  };
  EXPECT_EQ(health(), R"(200 {"text":"HEC is healthy","code":17})");
  journal_.refusal = ErrorCode::kUnavailable;
  post(kEvents, kBody);
  EXPECT_EQ(health(), R"(503 {"text":"HEC is unhealthy, queues are full","code":18})");
  clock_.advance(std::chrono::seconds(6));
  EXPECT_EQ(health(), R"(200 {"text":"HEC is healthy","code":17})");
}

TEST_F(EndpointTest, SplunkAsksForATokenInItsOwnWords) {
  open(register_splunk, {"secret"});
  const auto said = [&](std::string path, std::map<std::string, std::string, std::less<>> headers) {
    const auto answers = send(make_request("POST", std::move(path), kBody, std::move(headers)));
    return fmt::format("{} {}", status_of(answers), body_of(answers));
  };
  EXPECT_EQ(said(kEvents, {}), R"(401 {"text":"Token is required","code":2})");
  EXPECT_EQ(said(kEvents, {{"authorization", "Bearer x"}}),
            R"(401 {"text":"Invalid authorization","code":3})");
  EXPECT_EQ(said(kEvents, {{"authorization", "Splunk x"}}),
            R"(403 {"text":"Invalid token","code":4})");
  EXPECT_EQ(said(kEvents, {{"authorization", "Splunk secret"}}), "0 ");  // taken
  EXPECT_EQ(said(kEvents, {{"authorization", "Basic eDpzZWNyZXQ="}}), "0 ");
  EXPECT_EQ(said(kEvents + "?token=secret", {}), "0 ");
  EXPECT_EQ(status_of(send(make_request("GET", "/services/collector/health", ""))), 200);
}

TEST(SplunkAcksTest, ForgetsChannelsNobodyUsed) {
  SplunkAcks acks;
  const auto at = [](std::int64_t seconds) { return Timestamp::from_seconds(seconds); };
  for (std::size_t i = 0; i < SplunkAcks::kMaxChannels; ++i) {
    acks.open(fmt::format("c{}", i), at(static_cast<std::int64_t>(i)));
  }
  acks.commit("c1", 0);
  acks.open("one more", at(1025));  // c0 .. c424 were not used for ten minutes
  EXPECT_EQ(acks.channels(), SplunkAcks::kMaxChannels - 425 + 1);
  EXPECT_THAT(acks.take("c1", {0}, at(1025)), ElementsAre(false));
}

TEST(SplunkAcksTest, AFullChannelForgetsTheOldestDurableId) {
  SplunkAcks acks;
  const Timestamp now = Timestamp::from_seconds(1);
  for (std::size_t i = 0; i < SplunkAcks::kMaxIds; ++i) EXPECT_EQ(acks.open("c", now), i);
  EXPECT_EQ(acks.open("c", now), std::nullopt);
  acks.commit("c", 5);
  EXPECT_EQ(acks.open("c", now), SplunkAcks::kMaxIds);
  EXPECT_THAT(acks.take("c", {5}, now), ElementsAre(false));
}

}  // namespace
}  // namespace inkling::ingest
