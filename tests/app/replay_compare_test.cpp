#include "app/commands/replay_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inkling::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = IncidentDifference::Kind;

Incident incident(const std::string& id, std::int64_t minute, const std::string& service) {
  Incident made;
  made.id = id;
  made.onset = Timestamp::from_seconds(1'700'000'000 + 60 * minute);
  made.services.emplace_back().service = service;
  return made;
}

TEST(CompareIncidentsTest, EqualListsDoNotDiffer) {
  const std::vector<Incident> list = {incident("a", 0, "shop"), incident("b", 5, "cart")};
  EXPECT_THAT(compare_incidents(list, list), IsEmpty());
}

TEST(CompareIncidentsTest, TellsWhatAppearsAndWhatVanishes) {
  const std::vector<Incident> before = {incident("a", 0, "shop")};
  const std::vector<Incident> after = {incident("b", 0, "cart")};
  const auto found = compare_incidents(before, after);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, Kind::kVanishes);
  EXPECT_EQ(found[0].before, &before[0]);
  EXPECT_EQ(found[1].kind, Kind::kAppears);
  EXPECT_EQ(found[1].after, &after[0]);
}

TEST(CompareIncidentsTest, TheSameServiceNearbyHasMoved) {
  const std::vector<Incident> before = {incident("a", 0, "shop")};
  std::vector<Incident> after = {incident("b", 3, "shop")};
  after[0].severity = before[0].severity;
  const auto found = compare_incidents(before, after);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Kind::kMoves);
  EXPECT_THAT(found[0].changes, ElementsAre("onset 2023-11-14T22:13:20Z -> 2023-11-14T22:16:20Z"));
}

TEST(CompareIncidentsTest, FartherAwayItIsAnotherOne) {
  const auto found = compare_incidents({incident("a", 0, "shop")}, {incident("b", 11, "shop")});
  EXPECT_EQ(found.size(), 2u);
}

TEST(CompareIncidentsTest, TheSameIdMayChangeItsSeverity) {
  const std::vector<Incident> before = {incident("a", 0, "shop")};
  std::vector<Incident> after = before;
  after[0].severity = Severity::kP0;
  ASSERT_NE(before[0].severity, Severity::kP0);
  const auto found = compare_incidents(before, after);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Kind::kMoves);
  EXPECT_EQ(found[0].changes.size(), 1u);
}

}  // namespace
}  // namespace inkling::app
