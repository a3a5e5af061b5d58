#include "correlate/change_log.h"

#include <gmock/gmock.h>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimeRange kAll{Timestamp::from_seconds(0), Timestamp::from_seconds(4'000'000'000)};

const Candidate* find(const std::vector<Candidate>& candidates, std::string_view id) {
  for (const Candidate& candidate : candidates) {
    if (candidate.id == id) return &candidate;
  }
  return nullptr;
}

TEST(ChangeLogTest, JoinsADeployWithItsCommit) {
  ChangeLog log({});
  log.add(make_commit("aaa", -20, {"services/cart/a.go"}, "+x = 1\n", "the title"));
  log.add(make_deploy("cartservice", -10, "aaa", "v2"));
  const auto candidates = log.candidates(kAll);
  ASSERT_EQ(candidates.size(), 1U);
  EXPECT_EQ(candidates[0].id, "aaa");
  EXPECT_EQ(candidates[0].change->change.title, "the title");
  ASSERT_EQ(candidates[0].exposures.size(), 1U);
  EXPECT_EQ(candidates[0].exposures[0].time, at_minute(-10));
  EXPECT_EQ(candidates[0].exposures[0].version, "v2");
}

TEST(ChangeLogTest, ADeployCarriesWhatWasMergedSinceTheOneBefore) {
  ChangeLog log({});
  log.add(make_commit("old", -50, {"services/cart/a.go"}, ""));
  log.add(make_commit("mid", -30, {"services/cart/b.go"}, ""));
  log.add(make_commit("lib", -25, {"pkg/retry/r.go"}, ""));
  log.add(make_commit("web", -24, {"web/index.ts"}, ""));
  log.add(make_commit("new", -20, {"services/cart/c.go"}, ""));
  log.add(make_commit("late", -15, {"services/cart/d.go"}, ""));  // after the cut of the build
  log.add(make_deploy("cartservice", -40, "old"));
  log.add(make_deploy("cartservice", -10, "new"));
  const auto candidates = log.candidates(kAll);
  const auto basis = [&](std::string_view id) {
    const Candidate* candidate = find(candidates, id);
    return candidate ? candidate->exposures[0].basis : Exposure::Basis::kUnreleased;
  };
  const auto time = [&](std::string_view id) { return find(candidates, id)->exposures[0].time; };
  EXPECT_EQ(basis("old"), Exposure::Basis::kNamed);
  EXPECT_EQ(basis("mid"), Exposure::Basis::kSameFolder);
  EXPECT_EQ(time("mid"), at_minute(-10));
  // Linked in, perhaps; or it came to run by a way that was not told.
  const Candidate* lib = find(candidates, "lib");
  ASSERT_EQ(lib->exposures.size(), 2U);
  EXPECT_EQ(lib->exposures[1].basis, Exposure::Basis::kShared);
  EXPECT_EQ(lib->exposures[1].time, at_minute(-10));
  EXPECT_EQ(basis("web"), Exposure::Basis::kUnreleased);
  EXPECT_EQ(basis("late"), Exposure::Basis::kUnreleased);
}

TEST(ChangeLogTest, RemembersThePreviousVersion) {
  ChangeLog log({});
  log.add(make_deploy("cart", -40, "", "v1"));
  log.add(make_deploy("cart", -10, "bbb", "v2"));
  EXPECT_EQ(find(log.candidates(kAll), "bbb")->exposures[0].previous_version, "v1");
}

TEST(ChangeLogTest, OrderOfArrivalDoesNotMatter) {
  const std::vector<Change> changes = {make_commit("aaa", -20, {"services/cart/a.go"}, "+x = 1\n"),
                                       make_deploy("cartservice", -10, "aaa"),
                                       make_deploy("web", -10),
                                       make_commit("bbb", -21, {"pkg/x.go"}, "")};
  ChangeLog forwards({});
  ChangeLog backwards({});
  for (auto change = changes.begin(); change != changes.end(); ++change) forwards.add(*change);
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) backwards.add(*change);
  const auto ids = [](const ChangeLog& log) {
    std::vector<std::string> text;
    for (const Candidate& candidate : log.candidates(kAll)) {
      for (const Exposure& exposure : candidate.exposures) {
        text.push_back(candidate.id + "@" + exposure.service + format_timestamp(exposure.time));
      }
    }
    return text;
  };
  EXPECT_EQ(ids(forwards), ids(backwards));
}

TEST(ChangeLogTest, ForgetsTheOldestWhenFull) {
  CorrelateOptions options;
  options.max_changes = 3;
  ChangeLog log(options);
  for (int i = 0; i < 10; ++i) log.add(make_deploy("cart", i));
  EXPECT_EQ(log.size(), 3U);
  EXPECT_EQ(log.candidates({at_minute(0), at_minute(7)}).size(), 0U);
}

TEST(ChangeLogTest, RepeatedChangesAreOne) {
  ChangeLog log({});
  log.add(make_deploy("cart", -10, "aaa"));
  log.add(make_deploy("cart", -10, "aaa"));
  EXPECT_EQ(log.size(), 1U);
}

TEST(ChangeLogTest, FrequentDeployersHaveAHigherRate) {
  ChangeLog log({});
  log.add(make_deploy("calm", -600));
  for (int i = 0; i < 10; ++i) log.add(make_deploy("busy", -600 + 60 * i));
  EXPECT_GT(log.rate({"busy"}, kNoon), 4 * log.rate({"calm"}, kNoon));
  EXPECT_GT(log.rate({"busy", "calm"}, kNoon), log.rate({"busy"}, kNoon));
}

TEST(ChangeLogTest, ExternalChangesAreNoSuspects) {
  ChangeLog log({});
  Change change = make_deploy("storage provider", -10);
  change.kind = ChangeKind::kExternal;
  log.add(change);
  EXPECT_THAT(log.candidates(kAll), IsEmpty());
  EXPECT_EQ(log.external(kAll).size(), 1U);
}

}  // namespace
}  // namespace inkling::correlate
