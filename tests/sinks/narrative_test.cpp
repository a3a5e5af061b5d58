#include "sinks/narrative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sinks/next_steps.h"
#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using test::IncidentBuilder;
using test::night;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(NarrativeTest, AnswersTheFirstQuestions) {
  const Narrative n = narrate(IncidentBuilder().build());
  EXPECT_EQ(n.since, "2026-03-14 02:14:30 UTC, still open 10m30s later");
  EXPECT_EQ(n.cause_kind, CauseKind::kChange);
  EXPECT_EQ(n.cause,
            "Deploy of checkout 2.4.1, 28s before the onset (02:14:02 UTC): Compute tax per region "
            "instead of per country");
  EXPECT_EQ(n.confidence, "very likely (94.2 %), verdict: caused");
  EXPECT_THAT(n.broken.front(), "checkout/error.ratio rose to 24.1 %, expected up to 1.4 %");
  EXPECT_THAT(n.affected, ElementsAre("checkout (core, first sign 02:14:30)",
                                      "web (victim, first sign 02:15:00)",
                                      "payment (victim, first sign 02:15:30)"));
  EXPECT_THAT(n.next, ElementsAre("Roll back checkout from 2.4.1 to 2.4.0, the version before.",
                                  "It worked when checkout/error.ratio is back below 1.4 %.",
                                  "Tell m.okafor, who made the change."));
}

TEST(NarrativeTest, NamesTheTermThatExonerated) {
  const Narrative n = narrate(IncidentBuilder().build());
  ASSERT_EQ(n.ruled_out.size(), 3u);
  EXPECT_EQ(n.ruled_out.back(),
            "configuration of catalogue, 02:16:50: 2m20s after the onset: it cannot be the cause");
}

TEST(NarrativeTest, PointsAtTheFirstMoverWhenNoChangeIsToBlame) {
  const Narrative n = narrate(IncidentBuilder().without_culprit().build());
  EXPECT_EQ(n.cause_kind, CauseKind::kNoChange);
  EXPECT_EQ(n.cause, "No known change explains this; it starts in checkout");
  EXPECT_EQ(n.confidence, "almost certain (96 %)");
  EXPECT_THAT(n.next.front(), StartsWith("Do not roll back yet. Look at checkout first"));
}

TEST(NarrativeTest, StaysUndecidedBetweenEqualSuspects) {
  IncidentBuilder builder;
  Incident& incident = builder.edit();
  incident.changes[0].p = 0.34;
  incident.changes[0].verdict = SuspectVerdict::kCoincident;
  incident.changes[1].p = 0.31;
  incident.changes[1].verdict = SuspectVerdict::kCoincident;
  incident.p_no_change = 0.3;
  const Narrative n = narrate(builder.build());
  EXPECT_EQ(n.cause_kind, CauseKind::kUndecided);
  EXPECT_EQ(n.next.front(),
            "Compare the open suspects before undoing anything: deploy of checkout 2.4.1 (34 %), "
            "deploy of web 118 (31 %); no change at all: 30 %.");
}

TEST(NarrativeTest, BlamesNoChangeThatIsLessLikelyThanNone) {
  IncidentBuilder builder;
  builder.edit().p_no_change = 0.97;
  builder.edit().changes[0].p = 0.02;
  EXPECT_EQ(narrate(builder.build()).cause_kind, CauseKind::kNoChange);
}

TEST(NarrativeTest, TellsTheSignsOfServicesWithoutAnomalies) {
  IncidentBuilder builder;
  builder.edit().anomalies.clear();
  EXPECT_EQ(narrate(builder.build()).broken.front(),
            "checkout: error ratio rose to 24.1 %, expected up to 1.4 %");
}

TEST(NarrativeTest, SpeaksOfAnEmptyIncident) {
  const Narrative n = narrate(Incident{});
  EXPECT_THAT(n.broken, IsEmpty());
  EXPECT_EQ(n.cause, "No change is known around the onset");
  EXPECT_THAT(n.next, Not(IsEmpty()));
}

TEST(NextStepsTest, DependOnTheKindOfChange) {
  const auto first_step = [](ChangeKind kind) {
    IncidentBuilder builder;
    builder.edit().changes[0].change_kind = kind;
    return next_steps(builder.build(), CauseKind::kChange).front();
  };
  EXPECT_THAT(first_step(ChangeKind::kDeploy), StartsWith("Roll back checkout from 2.4.1"));
  EXPECT_THAT(first_step(ChangeKind::kCommit),
              StartsWith("Roll back checkout from 2.4.1 to 2.4.0, the version before, which "
                         "has no commit 9b1f6c2e07d4; then revert it."));
  EXPECT_THAT(first_step(ChangeKind::kFlag), StartsWith("Switch the feature flag back"));
  EXPECT_THAT(first_step(ChangeKind::kConfig), StartsWith("Restore the configuration"));
  EXPECT_THAT(first_step(ChangeKind::kMigration), HasSubstr("locks"));
  EXPECT_THAT(first_step(ChangeKind::kRollback), StartsWith("Undo the rollback of checkout"));
  EXPECT_THAT(first_step(ChangeKind::kScaling), StartsWith("Give checkout back the capacity"));
  EXPECT_THAT(first_step(ChangeKind::kExternal), StartsWith("Do not roll back"));
  EXPECT_THAT(first_step(ChangeKind::kOther), StartsWith("Undo the change of checkout"));
}

TEST(NextStepsTest, SayWhereToGoBackWithoutVersions) {
  IncidentBuilder builder;
  builder.edit().changes[0].previous_version.clear();
  EXPECT_EQ(next_steps(builder.build(), CauseKind::kChange).front(),
            "Roll back checkout to the version before 2.4.1.");
  builder.edit().changes[0].version.clear();
  EXPECT_EQ(next_steps(builder.build(), CauseKind::kChange).front(),
            "Roll back checkout to the version it ran before 2026-03-14 02:14:02 UTC.");
}

TEST(NextStepsTest, LookFirstWhenOnlyLikely) {
  IncidentBuilder builder;
  builder.edit().changes[0].verdict = SuspectVerdict::kLikely;
  EXPECT_THAT(next_steps(builder.build(), CauseKind::kChange).front(),
              StartsWith("Look at deploy of checkout 2.4.1 first"));
}

TEST(NextStepsTest, SayFirstWhenItIsOver) {
  const Incident incident = IncidentBuilder().resolved().build();
  EXPECT_THAT(next_steps(incident, CauseKind::kChange).front(),
              StartsWith("Nothing burns any more: resolved at 2026-03-14 02:35:00 UTC."));
}

TEST(DescribeAnomalyTest, SpeaksByKind) {
  Anomaly a;
  a.kind = VerdictKind::kSilence;
  EXPECT_EQ(describe_anomaly(a), "went silent");
  a.kind = VerdictKind::kNewTemplate;
  EXPECT_EQ(describe_anomaly(a), "is new");
  a.kind = VerdictKind::kBand;
  a.direction = Direction::kDown;
  a.peak = 3;
  a.expected_low = 5;
  EXPECT_EQ(describe_anomaly(a), "fell to 3, expected at least 5");
}

TEST(ProbabilityWordTest, GrowsWithP) {
  EXPECT_EQ(probability_word(0.97), "almost certain");
  EXPECT_EQ(probability_word(0.85), "very likely");
  EXPECT_EQ(probability_word(0.7), "likely");
  EXPECT_EQ(probability_word(0.4), "possible");
  EXPECT_EQ(probability_word(0.1), "unlikely");
}

}  // namespace
}  // namespace inkling::sinks
