#include "sinks/escalate/escalation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/incident_builder.h"
#include "tests/support/manual_clock.h"

namespace inkling::sinks {
namespace {

constexpr Usage kUsage = {.input = 2'000, .output = 400};

// Says what it is told to; may be held back.
class Script final : public Investigator {
 public:
  struct State {
    Mutex mutex;
    Condition changed;
    std::vector<std::string> asked INKLING_GUARDED_BY(mutex);  // the first fact of each prompt
    bool held INKLING_GUARDED_BY(mutex) = false;
    Outcome outcome INKLING_GUARDED_BY(mutex);
  };
  explicit Script(State& state) : state_(state) {}

  Outcome ask(const Prompt& prompt, std::stop_token) override {
    MutexLock lock(state_.mutex);
    const std::size_t end = prompt.user.find('\n', prompt.user.find("[inc:1]"));
    state_.asked.push_back(prompt.user.substr(0, end));
    state_.changed.notify_all();
    while (state_.held) state_.changed.wait(state_.mutex);
    return state_.outcome;
  }

 private:
  State& state_;
};

Answer good_answer() {
  return {.suspect = "chg:1",
          .statements = {
              {StatementKind::kHeadline, "checkout fails 24.1 % of its requests.", {"svc:1"}},
              {StatementKind::kCause, "The deploy of checkout 2.4.1 caused it.", {"chg:1"}},
              {StatementKind::kFinding, "Redis is full.", {"svc:1"}}}};
}

class EscalationTest : public ::testing::Test {
 protected:
  EscalationTest() {
    options_.concurrency = 1;
    set({.answer = good_answer(),
         .reason = NoAnswer::kNone,
         .message = "",
         .usage = kUsage,
         .calls = 1});
  }

  void set(Outcome outcome) {
    MutexLock lock(script_.mutex);
    script_.outcome = std::move(outcome);
  }
  void hold(bool held) {
    MutexLock lock(script_.mutex);
    script_.held = held;
    script_.changed.notify_all();
  }
  std::vector<std::string> asked() {
    MutexLock lock(script_.mutex);
    return script_.asked;
  }
  void wait_for_questions(std::size_t count) {
    MutexLock lock(script_.mutex);
    while (script_.asked.size() < count) script_.changed.wait(script_.mutex);
  }
  Escalation& start() {
    auto made = Escalation::create(
        options_,
        {.clock = clock_,
         .metrics = metrics_,
         .redact = {},
         .make_investigator = [this](std::uint32_t) -> Result<std::unique_ptr<Investigator>> {
           return std::unique_ptr<Investigator>(std::make_unique<Script>(script_));
         },
         .on_done =
             [this](const Incident& incident, const Explanation& explanation) {
               MutexLock lock(mutex_);
               told_.emplace_back(incident.id, explanation);
             }});
    EXPECT_TRUE(made.has_value());
    escalation_ = std::move(*made);
    return *escalation_;
  }
  std::vector<std::pair<std::string, Explanation>> told() {
    MutexLock lock(mutex_);
    return told_;
  }
  static Incident incident(std::string id = "a", Severity severity = Severity::kP1) {
    Incident made = test::IncidentBuilder().build();
    made.id = id;
    made.severity = severity;
    made.title = "incident " + id;
    return made;
  }

  EscalateOptions options_;
  ManualClock clock_{Timestamp::from_seconds(1'773'454'000)};
  MetricsRegistry metrics_;
  Script::State script_;
  Mutex mutex_;
  std::vector<std::pair<std::string, Explanation>> told_ INKLING_GUARDED_BY(mutex_);
  std::unique_ptr<Escalation> escalation_;
};

TEST_F(EscalationTest, TellsTheCheckedWordsAndWhatTheyCost) {
  Escalation& escalation = start();
  escalation.submit(incident());
  escalation.wait_until_idle();
  ASSERT_EQ(told().size(), 1u);
  const Explanation e = told()[0].second;
  EXPECT_TRUE(e.by_model);
  ASSERT_EQ(e.statements.size(), 2u);
  EXPECT_EQ(e.statements[1].text, "The deploy of checkout 2.4.1 caused it.");
  EXPECT_THAT(e.struck, ::testing::ElementsAre(std::make_pair("name", 1u)));
  EXPECT_DOUBLE_EQ(e.dollars, 0.0016 + 0.00128);
  EXPECT_TRUE(escalation.explanation("a").has_value());
}

TEST_F(EscalationTest, AnswersEqualEvidenceFromMemory) {
  Escalation& escalation = start();
  escalation.submit(incident());
  escalation.wait_until_idle();
  Incident later = incident();
  ++later.revision;
  escalation.submit(later);
  escalation.wait_until_idle();
  EXPECT_EQ(asked().size(), 1u);
  ASSERT_EQ(told().size(), 2u);
  EXPECT_TRUE(told()[1].second.reused);
  EXPECT_EQ(told()[1].second.calls, 0u);
  clock_.advance(options_.reuse + std::chrono::seconds(1));
  escalation.submit(later);
  escalation.wait_until_idle();
  EXPECT_EQ(asked().size(), 2u);
}

TEST_F(EscalationTest, AsksForTheMostSevereFirst) {
  hold(true);
  Escalation& escalation = start();
  escalation.submit(incident("first", Severity::kP3));
  wait_for_questions(1);
  escalation.submit(incident("c", Severity::kP3));
  escalation.submit(incident("b", Severity::kP1));
  escalation.submit(incident("a", Severity::kP0));
  hold(false);
  escalation.wait_until_idle();
  std::vector<std::string> order;
  for (const auto& [id, explanation] : told()) order.push_back(id);
  EXPECT_THAT(order, ::testing::ElementsAre("first", "a", "b", "c"));
}

TEST_F(EscalationTest, ExplainsTheLatestRevisionThatWaits) {
  hold(true);
  Escalation& escalation = start();
  escalation.submit(incident("first"));
  wait_for_questions(1);
  Incident two = incident("b");
  escalation.submit(two);
  two.revision = 7;
  escalation.submit(two);
  hold(false);
  escalation.wait_until_idle();
  EXPECT_EQ(told().size(), 2u);
  EXPECT_EQ(asked().size(), 2u);
}

TEST_F(EscalationTest, TellsTheLeastSevereWithoutAModelWhenTooManyWait) {
  options_.max_waiting = 1;
  hold(true);
  Escalation& escalation = start();
  escalation.submit(incident("first"));
  wait_for_questions(1);
  escalation.submit(incident("minor", Severity::kP3));
  escalation.submit(incident("major", Severity::kP0));
  ASSERT_EQ(told().size(), 1u);
  EXPECT_EQ(told()[0].first, "minor");
  EXPECT_EQ(told()[0].second.reason, "crowded");
  hold(false);
  escalation.wait_until_idle();
  EXPECT_EQ(told().size(), 3u);
}

TEST_F(EscalationTest, AsksNobodyOverBudget) {
  options_.budget.tokens_per_incident = 7'000;  // one call, not two
  Escalation& escalation = start();
  escalation.submit(incident());
  escalation.wait_until_idle();
  Incident changed = incident();
  changed.title = "something else";
  escalation.submit(changed);
  escalation.wait_until_idle();
  ASSERT_EQ(told().size(), 2u);
  EXPECT_TRUE(told()[0].second.by_model);
  EXPECT_TRUE(told()[1].second.by_model) << "2400 tokens spent, about 4100 asked for";
  changed.title = "and again";
  escalation.submit(changed);
  escalation.wait_until_idle();
  EXPECT_EQ(told()[2].second.reason, "over_budget: incident_tokens");
  EXPECT_EQ(asked().size(), 2u);
  EXPECT_THAT(metrics_.expose(),
              ::testing::HasSubstr("inkling_sinks_unexplained_total{reason=\"over_budget\"} 1"));
}

TEST_F(EscalationTest, SaysWhyThereIsNoAnswer) {
  set({.answer = std::nullopt,
       .reason = NoAnswer::kThrottled,
       .message = "429",
       .usage = {},
       .calls = 3});
  Escalation& escalation = start();
  escalation.submit(incident());
  escalation.wait_until_idle();
  EXPECT_FALSE(told()[0].second.by_model);
  EXPECT_EQ(told()[0].second.reason, "throttled");
}

TEST_F(EscalationTest, DoesNotTellAnAnswerThatIsStruck) {
  Answer answer = good_answer();
  answer.statements[1].text = "Kafka is down.";
  set({.answer = answer, .reason = NoAnswer::kNone, .message = "", .usage = kUsage, .calls = 1});
  Escalation& escalation = start();
  escalation.submit(incident());
  escalation.wait_until_idle();
  EXPECT_FALSE(told()[0].second.by_model);
  EXPECT_EQ(told()[0].second.reason, "struck");
  EXPECT_TRUE(told()[0].second.statements.empty());
}

TEST_F(EscalationTest, LeavesResolvedIncidentsAlone) {
  Escalation& escalation = start();
  Incident over = incident();
  over.state = IncidentState::kResolved;
  escalation.submit(over);
  escalation.wait_until_idle();
  EXPECT_TRUE(told().empty());
}

TEST_F(EscalationTest, NeedsAPriceToCountMoney) {
  options_.bedrock.model = "somebody.else-v1";
  const auto create = [&] {
    return Escalation::create(
               options_, {.clock = clock_,
                          .metrics = metrics_,
                          .redact = {},
                          .make_investigator =
                              [this](std::uint32_t) -> Result<std::unique_ptr<Investigator>> {
                            return std::unique_ptr<Investigator>(std::make_unique<Script>(script_));
                          },
                          .on_done = [](const Incident&, const Explanation&) {}})
        .has_value();
  };
  EXPECT_FALSE(create());
  options_.prices = {{.model = "else-v1", .input = 1, .output = 1}};
  EXPECT_TRUE(create());
}

TEST(BudgetTest, CountsIncidentsAndDays) {
  const Timestamp noon = Timestamp::from_seconds(1'773'489'600);
  Budget budget({.tokens_per_incident = 100,
                 .dollars_per_incident = 1,
                 .tokens_per_day = 150,
                 .dollars_per_day = 10});
  EXPECT_EQ(budget.ask("a", {100, 0.5}, noon), "");
  EXPECT_EQ(budget.ask("a", {1, 0}, noon), "incident_tokens");
  EXPECT_EQ(budget.ask("b", {100, 0.5}, noon), "day_tokens");
  budget.settle("a", {100, 0.5}, {40, 0.2});
  EXPECT_EQ(budget.ask("b", {100, 0.5}, noon), "");
  EXPECT_EQ(budget.ask("c", {1, 2}, noon), "incident_dollars");
  EXPECT_EQ(budget.ask("c", {50, 0}, noon + std::chrono::hours(24)), "");
  EXPECT_EQ(budget.spent_today().tokens, 50u);
}

TEST(BudgetTest, HasNoLimitAtZero) {
  Budget budget({.tokens_per_incident = 0,
                 .dollars_per_incident = 0,
                 .tokens_per_day = 0,
                 .dollars_per_day = 0});
  EXPECT_EQ(budget.ask("a", {1'000'000'000, 1e9}, Timestamp::from_seconds(0)), "");
}

}  // namespace
}  // namespace inkling::sinks
