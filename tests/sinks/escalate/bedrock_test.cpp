#include "sinks/escalate/bedrock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sinks/aws/http_date.h"
#include "sinks/escalate/firewall.h"
#include "tests/support/bedrock_stand_in.h"
#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using test::StandIn;

class BedrockTest : public ::testing::Test {
 protected:
  BedrockTest() {
    options_.attempts = 3;
    options_.timeout = std::chrono::seconds(5);
    options_.region = "us-east-1";
    pack_ = make_evidence_pack(test::IncidentBuilder().build(), {}, {});
    prompt_ = make_prompt(pack_);
  }

  std::unique_ptr<BedrockInvestigator> make(const test::StandInOptions& with = {}) {
    stand_in_ = std::make_unique<test::BedrockStandIn>(with);
    options_.endpoint = stand_in_->endpoint();
    AwsSurroundings around;
    around.variable = [this](const std::string& name) -> std::optional<std::string> {
      if (name == "AWS_ACCESS_KEY_ID") return "AKIDEXAMPLE";
      if (name == "AWS_SECRET_ACCESS_KEY") return secret_;
      return std::nullopt;
    };
    chain_ = std::make_unique<CredentialChain>(around, clock_);
    auto made = BedrockInvestigator::create(
        options_, key_,
        {.credentials = *chain_,
         .clock = clock_,
         .pause = [this](Duration length, std::stop_token) { pauses_.push_back(length); }});
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    return std::move(*made);
  }
  Outcome ask(std::vector<StandIn> script, const test::StandInOptions& with = {}) {
    const auto bedrock = make(with);
    stand_in_->script(std::move(script));
    return bedrock->ask(prompt_, {});
  }

  BedrockOptions options_;
  std::string key_;
  std::string secret_ = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE";
  EvidencePack pack_;
  Prompt prompt_;
  SystemClock clock_;
  std::unique_ptr<test::BedrockStandIn> stand_in_;
  std::unique_ptr<CredentialChain> chain_;
  std::vector<Duration> pauses_;
};

TEST_F(BedrockTest, GetsAnAnswerThatTheEvidenceSupports) {
  const Outcome outcome = ask({});
  ASSERT_TRUE(outcome.answer.has_value())
      << outcome.message << " " << ::testing::PrintToString(stand_in_->seen().refusals);
  EXPECT_EQ(outcome.calls, 1u);
  EXPECT_GT(outcome.usage.input, 500u);
  const CheckedAnswer checked = check_answer(*outcome.answer, pack_);
  EXPECT_TRUE(checked.usable());
  EXPECT_EQ(checked.suspect, "chg:1");
  EXPECT_EQ(stand_in_->seen().last_body, converse_body(prompt_, options_));
}

TEST_F(BedrockTest, SignsModelIdsOfAllForms) {
  for (const char* model :
       {"amazon.nova-pro-v1:0", "us.anthropic.claude-sonnet-4-6",
        "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0"}) {
    options_.model = model;
    const Outcome outcome = ask({});
    EXPECT_TRUE(outcome.answer.has_value()) << model << ": " << outcome.message;
    EXPECT_EQ(stand_in_->seen().last_model, model);
  }
}

TEST_F(BedrockTest, SendsABearerKeyInstead) {
  key_ = "bedrock-api-key-1";
  secret_ = "wrong";
  EXPECT_TRUE(ask({}, {.bearer_key = "bedrock-api-key-1"}).answer.has_value());
  EXPECT_EQ(ask({}, {.bearer_key = "another"}).reason, NoAnswer::kDenied);
}

TEST_F(BedrockTest, IsRefusedWithAWrongSecret) {
  secret_ = "wrong";
  const Outcome outcome = ask({});
  EXPECT_EQ(outcome.reason, NoAnswer::kDenied);
  EXPECT_EQ(outcome.calls, 1u);
}

TEST_F(BedrockTest, SendsGuardrailAndCachePoint) {
  options_.guardrail = "gr123";
  options_.guardrail_version = "1";
  ASSERT_TRUE(ask({}).answer.has_value());
  const auto body = parse_json(stand_in_->seen().last_body);
  EXPECT_EQ(body->find("guardrailConfig", "guardrailIdentifier")->text(), "gr123");
}

TEST_F(BedrockTest, TriesAgainWhenThrottled) {
  const Outcome outcome = ask({StandIn::kThrottle, StandIn::kServerError});
  EXPECT_TRUE(outcome.answer.has_value());
  EXPECT_EQ(outcome.calls, 3u);
  ASSERT_EQ(pauses_.size(), 2u);
  EXPECT_LE(pauses_[0], options_.backoff);
  EXPECT_LE(pauses_[1], 2 * options_.backoff);
}

TEST_F(BedrockTest, HonoursRetryAfter) {
  EXPECT_TRUE(ask({StandIn::kUnavailable}).answer.has_value());
  ASSERT_EQ(pauses_.size(), 1u);
  EXPECT_GE(pauses_[0], std::chrono::seconds(1));
}

TEST_F(BedrockTest, GivesUpAfterItsAttempts) {
  const Outcome outcome = ask({StandIn::kThrottle, StandIn::kThrottle, StandIn::kThrottle});
  EXPECT_EQ(outcome.reason, NoAnswer::kThrottled);
  EXPECT_EQ(outcome.calls, 3u);
}

TEST_F(BedrockTest, TriesATimeOutOfTheModelOnce) {
  EXPECT_TRUE(ask({StandIn::kModelTimeout}).answer.has_value());
  const Outcome outcome = ask({StandIn::kModelTimeout, StandIn::kModelTimeout});
  EXPECT_EQ(outcome.reason, NoAnswer::kTimedOut);
  EXPECT_EQ(outcome.calls, 2u);
}

TEST_F(BedrockTest, GivesUpAtOnceWhereNothingWouldChange) {
  EXPECT_EQ(ask({StandIn::kDenied}).calls, 1u);
  EXPECT_EQ(ask({StandIn::kGuardrail}).reason, NoAnswer::kGuardrail);
  EXPECT_EQ(ask({StandIn::kCutOff}).reason, NoAnswer::kCutOff);
}

TEST_F(BedrockTest, TellsTheModelWhatWasWrongOnce) {
  const Outcome outcome = ask({StandIn::kWrongForm});
  EXPECT_TRUE(outcome.answer.has_value()) << outcome.message;
  EXPECT_EQ(outcome.calls, 2u);
  EXPECT_THAT(stand_in_->seen().last_body, ::testing::HasSubstr("statements must be a list"));
  EXPECT_TRUE(stand_in_->seen().refusals.empty());
  EXPECT_EQ(ask({StandIn::kWrongForm, StandIn::kWrongForm}).reason, NoAnswer::kMalformed);
  EXPECT_EQ(ask({StandIn::kNoTool, StandIn::kNoTool}).reason, NoAnswer::kMalformed);
}

TEST_F(BedrockTest, RenewsExpiredCredentialsOnce) {
  EXPECT_TRUE(ask({StandIn::kExpired}).answer.has_value());
  EXPECT_EQ(ask({StandIn::kExpired, StandIn::kExpired}).calls, 2u);
}

TEST_F(BedrockTest, CountsTheTokensOfAllAttempts) {
  const std::uint64_t once = ask({}).usage.input;
  EXPECT_GT(ask({StandIn::kWrongForm}).usage.input, once);
}

TEST_F(BedrockTest, SurvivesABodyThatIsCutOff) {
  EXPECT_TRUE(ask({StandIn::kTruncated}).answer.has_value());
  EXPECT_EQ(ask({StandIn::kTruncated, StandIn::kTruncated}).reason, NoAnswer::kUnavailable);
}

TEST_F(BedrockTest, EndsWhenNoAnswerComes) {
  options_.timeout = std::chrono::milliseconds(200);
  const Outcome outcome = ask({StandIn::kNever, StandIn::kNever});
  EXPECT_EQ(outcome.reason, NoAnswer::kTimedOut);
  EXPECT_EQ(outcome.calls, 2u);
}

TEST_F(BedrockTest, StopsWhenItIsTold) {
  const auto bedrock = make();
  stand_in_->script({StandIn::kNever});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(bedrock->ask(prompt_, stop.get_token()).reason, NoAnswer::kStopped);
}

TEST_F(BedrockTest, StreamsTheAnswer) {
  const auto bedrock = make();
  std::string text;
  const Outcome outcome =
      bedrock->ask_streaming(prompt_, {}, [&](std::string_view part) { text += part; });
  ASSERT_TRUE(outcome.answer.has_value()) << outcome.message;
  EXPECT_THAT(text, ::testing::StartsWith(R"({"suspect":"chg:1")"));
  EXPECT_GT(outcome.usage.input, 500u);
}

TEST_F(BedrockTest, KnowsAStreamThatEndsTooSoon) {
  const auto bedrock = make();
  stand_in_->script({StandIn::kTruncated});
  EXPECT_EQ(bedrock->ask_streaming(prompt_, {}, {}).reason, NoAnswer::kUnavailable);
}

TEST(BedrockCreateTest, NeedsARegionAndAnEndpointThatIsOne) {
  SystemClock clock;
  CredentialChain chain({.variable = [](const std::string&) { return std::nullopt; }}, clock);
  const auto creates = [&](BedrockOptions options) {
    return BedrockInvestigator::create(std::move(options), "",
                                       {.credentials = chain, .clock = clock, .pause = {}})
        .has_value();
  };
  EXPECT_FALSE(creates({}));
  BedrockOptions options;
  options.region = "us-east-1";
  EXPECT_TRUE(creates(options));
  options.endpoint = "https://host/path";
  EXPECT_FALSE(creates(options));
}

TEST(EventStreamTest, ReadsWhatIsCutAnywhere) {
  const std::string bytes =
      encode_stream_message({.headers = {{":event-type", "a"}}, .payload = "one"}) +
      encode_stream_message({.headers = {}, .payload = ""});
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    EventStreamDecoder decoder;
    auto first = decoder.feed(std::string_view(bytes).substr(0, cut));
    auto second = decoder.feed(std::string_view(bytes).substr(cut));
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_EQ(first->size() + second->size(), 2u);
    EXPECT_TRUE(decoder.at_boundary());
  }
}

TEST(EventStreamTest, RefusesEveryFlippedByte) {
  const std::string good =
      encode_stream_message({.headers = {{":event-type", "a"}}, .payload = "one"});
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    EXPECT_FALSE(EventStreamDecoder().feed(bad).has_value()) << at;
  }
}

TEST(UsageTest, CountsCachedTokensAndTakesTheLongestPrice) {
  const auto price = price_of("us.amazon.nova-pro-v1:0", {});
  ASSERT_TRUE(price.has_value());
  EXPECT_DOUBLE_EQ(cost_of({.input = 1'000'000, .output = 0, .cache_read = 1'000'000}, *price),
                   1.0);
  EXPECT_DOUBLE_EQ(cost_of({.output = 1000}, *price), 0.0032);
  EXPECT_FALSE(price_of("somebody.else", {}).has_value());
  const auto own = price_of("us.amazon.nova-pro-v1:0", {{.model = "nova-pro-v1:0", .input = 7}});
  EXPECT_DOUBLE_EQ(own->input, 7);
}

TEST(HttpDateTest, ReadsTheFormThatIsSent) {
  EXPECT_EQ(parse_http_date("Mon, 10 Jun 2024 06:13:20 GMT"),
            Timestamp::from_seconds(1'718'000'000));
  EXPECT_EQ(parse_http_date("Monday, 10-Jun-24 06:13:20 GMT"), std::nullopt);
}

}  // namespace
}  // namespace inkling::sinks
