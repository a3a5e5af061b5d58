#include "sinks/incident_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/json.h"
#include "tests/support/incident_builder.h"
#include "tests/support/report_context.h"

namespace inkling::sinks {
namespace {

using test::IncidentBuilder;
using test::make_report_context;
using testing::HasSubstr;

std::string round_trip(const Incident& incident) {
  const auto stored = report_from_json(report_json(incident, make_report_context()));
  return stored ? report_json(stored->incident, stored->context) : stored.error().message;
}

TEST(IncidentJsonTest, WritingReadingWritingGivesEqualBytes) {
  for (const Incident& incident :
       {IncidentBuilder().build(), IncidentBuilder().without_culprit().resolved().build(),
        IncidentBuilder().with_text_everywhere("<\"\\\n\x01\xFF\xE2\x80\xAE").build(),
        Incident{}}) {
    EXPECT_EQ(round_trip(incident), report_json(incident, make_report_context()));
  }
}

TEST(IncidentJsonTest, KeepsExtremes) {
  IncidentBuilder builder;
  Incident& incident = builder.edit();
  incident.anomalies[0].id = std::numeric_limits<std::uint64_t>::max();
  incident.anomalies[0].peak = std::numeric_limits<double>::infinity();
  incident.anomalies[0].first_position = {0xFFFFFFFFu, 7, 1ULL << 60};
  incident.onset = Timestamp::from_ns(incident.onset.ns + 1);
  const auto read = incident_from_json(incident_json(builder.build()));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->anomalies[0].id, incident.anomalies[0].id);
  EXPECT_EQ(read->anomalies[0].first_position, incident.anomalies[0].first_position);
  EXPECT_EQ(read->onset, incident.onset);
  EXPECT_TRUE(std::isnan(read->anomalies[0].peak));
  EXPECT_EQ(round_trip(builder.build()), report_json(builder.build(), make_report_context()));
}

TEST(IncidentJsonTest, ReadsEveryNameOfTheFixedLists) {
  IncidentBuilder builder;
  Suspect change = builder.build().changes[0];
  builder.edit().changes.clear();
  for (int kind = 0; kind <= static_cast<int>(ChangeKind::kOther); ++kind) {
    change.change_kind = static_cast<ChangeKind>(kind);
    change.verdict = static_cast<SuspectVerdict>(kind % 4);
    builder.edit().changes.push_back(change);
  }
  for (int kind = 0; kind <= static_cast<int>(VerdictKind::kSilence); ++kind) {
    builder.edit().anomalies[0].kind = static_cast<VerdictKind>(kind);
    builder.edit().severity = static_cast<Severity>(kind % 4);
    EXPECT_EQ(round_trip(builder.build()), report_json(builder.build(), make_report_context()));
  }
}

TEST(IncidentJsonTest, KeepsTheBooks) {
  const auto context = make_report_context();
  const auto stored = report_from_json(report_json(IncidentBuilder().build(), context));
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->context.ledger.lines, context.ledger.lines);
  EXPECT_EQ(stored->context.ledger.broken, context.ledger.broken);
  EXPECT_TRUE(stored->context.ledger.balances());
}

TEST(IncidentJsonTest, TellsTheSummaryInWords) {
  const auto root = parse_json(incident_json(IncidentBuilder().build()));
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->find("summary", "cause_kind")->text(), "change");
  EXPECT_EQ(root->find("summary", "next")->array().front().text(),
            "Roll back checkout from 2.4.1 to 2.4.0, the version before.");
}

TEST(IncidentJsonTest, RefusesWhatIsNoIncident) {
  EXPECT_FALSE(incident_from_json("").has_value());
  EXPECT_FALSE(incident_from_json("{\"id\":\"a\"}").has_value());
  EXPECT_FALSE(incident_from_json("[1,2]").has_value());
  const auto other = incident_from_json("{\"schema\":\"inkling.incident/2\"}");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, ErrorCode::kBadInput);
  EXPECT_THAT(other.error().message, HasSubstr("schema must be inkling.incident/1"));
}

TEST(IncidentJsonTest, NamesTheMemberItCannotRead) {
  std::string text = incident_json(IncidentBuilder().build());
  text.replace(text.find("\"P1\""), 4, "\"P9\"");
  const auto read = incident_from_json(text);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "incident JSON: severity is not known: P9");
}

TEST(IncidentJsonTest, SkipsMembersItDoesNotKnow) {
  std::string text = incident_json(IncidentBuilder().build());
  text.insert(1, "\"later\":{\"deep\":[1]},");
  const auto read = incident_from_json(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(incident_json(*read), incident_json(IncidentBuilder().build()));
}

}  // namespace
}  // namespace inkling::sinks
