#include "correlate/change_score.h"

#include <gmock/gmock.h>

#include <cmath>

#include "correlate/change_terms.h"
#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::DoubleNear;

// A world with one failing service, "cart", whose errors rose at noon.
struct World {
  CorrelateOptions options;
  ChangeLog log{options};
  Topology topology{options};
  Findings findings;
  std::vector<NodeScore> nodes;
  SymptomText symptoms;
  std::vector<Alternative> alternatives;

  World() {
    Signal signal;
    signal.service = "cart";
    signal.series = make_series("cart", "error_rate");
    signal.role = SeriesRole::kErrors;
    signal.deviation = 60;
    signal.onset = kNoon;
    findings.signals.push_back(signal);
    findings.services = {"cart"};
    NodeScore node;
    node.service = "cart";
    node.p = 0.9;
    nodes.push_back(node);
  }
  ChangeContext context() const {
    return {options,  log,          topology, findings, nodes,
            symptoms, alternatives, {},       kNoon,    at_minute(10)};
  }
  ScoredChanges score() const { return score_changes(context()); }
};

const Suspect* find(const ScoredChanges& scored, std::string_view id) {
  for (const Suspect& suspect : scored.suspects) {
    if (suspect.id == id) return &suspect;
  }
  return nullptr;
}

double term(const Suspect& suspect, std::string_view name) {
  for (const SuspectTerm& one : suspect.terms) {
    if (one.name == name) return one.log_odds;
  }
  return NAN;
}

constexpr const char* kRiskyDiff = "-  pool_size: 50\n+  pool_size: 2\n";

TEST(ChangeScoreTest, NoChangesLeaveNone) {
  const World world;
  EXPECT_EQ(world.score().p_no_change, 1);
  EXPECT_TRUE(world.score().suspects.empty());
}

TEST(ChangeScoreTest, ProbabilitiesAddUpToOne) {
  World world;
  world.log.add(make_deploy("cart", -5, "aaa"));
  world.log.add(make_deploy("web", -15, "bbb"));
  const ScoredChanges scored = world.score();
  double total = scored.p_no_change;
  for (const Suspect& suspect : scored.suspects) total += suspect.p;
  EXPECT_THAT(total, DoubleNear(1, 1e-12));
}

TEST(ChangeScoreTest, ARiskyDeployOfTheFailingServiceCausedIt) {
  World world;
  world.symptoms.words = {{"pool", 1}, {"exhausted", 1}};
  world.log.add(make_commit("aaa", -8, {"services/cart/pool.yaml"}, kRiskyDiff));
  world.log.add(make_deploy("cart", -5, "aaa", "v2"));
  const ScoredChanges scored = world.score();
  const Suspect* suspect = find(scored, "aaa");
  ASSERT_TRUE(suspect);
  EXPECT_EQ(suspect->verdict, SuspectVerdict::kCaused);
  EXPECT_GT(suspect->p, 0.6);
  EXPECT_EQ(suspect->version, "v2");
}

TEST(ChangeScoreTest, AnOnsetBeforeTheDeployExonerates) {
  World world;
  world.symptoms.words = {{"pool", 1}, {"exhausted", 1}};
  world.log.add(make_commit("aaa", 4, {"services/cart/pool.yaml"}, kRiskyDiff));
  world.log.add(make_deploy("cart", 5, "aaa"));
  const ScoredChanges scored = world.score();
  const Suspect* suspect = find(scored, "aaa");
  ASSERT_TRUE(suspect);
  EXPECT_EQ(suspect->verdict, SuspectVerdict::kExonerated);
  EXPECT_EQ(term(*suspect, "time"), kLeastTerm);
  EXPECT_GT(scored.p_no_change, 0.9);
}

TEST(ChangeScoreTest, PlentyOfDataWithoutADifferenceExonerates) {
  World world;
  world.log.add(make_deploy("cart", -5, "aaa", "v2"));
  for (int slot = 0; slot < 60; ++slot) {
    for (const char* version : {"v1", "v2"}) {
      ServiceCount count;
      count.slot = slot_of(kNoon) + slot;
      count.service = "cart";
      count.version = version;
      count.requests = count.records = 1000;
      count.failures = 100;
      world.findings.counts.push_back(count);
    }
  }
  const ScoredChanges scored = world.score();
  const Suspect* suspect = find(scored, "aaa");
  ASSERT_TRUE(suspect);
  EXPECT_LT(term(*suspect, "version_split"), -3.5);
  EXPECT_EQ(suspect->verdict, SuspectVerdict::kExonerated);
}

TEST(ChangeScoreTest, TheVersionThatFailsIsBlamed) {
  World world;
  world.log.add(make_deploy("cart", -5, "aaa", "v2"));
  for (int slot = 0; slot < 30; ++slot) {
    for (const char* version : {"v1", "v2"}) {
      ServiceCount count;
      count.slot = slot_of(kNoon) + slot;
      count.service = "cart";
      count.version = version;
      count.requests = count.records = 100;
      count.failures = version[1] == '2' ? 40 : 1;
      world.findings.counts.push_back(count);
    }
  }
  const ScoredChanges scored = world.score();
  EXPECT_EQ(term(*find(scored, "aaa"), "version_split"), kMostTerm);
}

TEST(ChangeScoreTest, NewMessagesOfTheNewVersionAreEvidenceByItsShare) {
  World world;
  world.log.add(make_deploy("cart", -5, "aaa", "v2"));
  for (const char* version : {"v1", "v2"}) {
    ServiceCount count;
    count.slot = slot_of(kNoon);
    count.service = "cart";
    count.version = version;
    count.records = version[1] == '2' ? 100 : 900;
    world.findings.counts.push_back(count);
  }
  Signal message;
  message.service = "cart";
  message.version = "v2";
  message.text = "cannot read basket";
  message.count = 1;
  message.onset = kNoon;
  message.deviation = 8;
  world.findings.signals.push_back(message);
  EXPECT_NEAR(term(*find(world.score(), "aaa"), "new_template"), std::log(10.0), 1e-9);
}

TEST(ChangeScoreTest, ScopeFallsWithDistance) {
  World world;
  world.topology.add_edge("cart", "db", kNoon);
  world.topology.add_edge("front", "cart", kNoon);
  for (const char* service : {"cart", "db", "front", "island"}) {
    world.log.add(make_deploy(service, -5, service));
  }
  const ScoredChanges scored = world.score();
  const auto scope = [&](const char* id) { return term(*find(scored, id), "scope"); };
  EXPECT_NEAR(scope("cart"), 0, 1e-9);
  EXPECT_LT(scope("db"), scope("cart"));
  EXPECT_LT(scope("front"), scope("db"));
  EXPECT_LT(scope("island"), scope("front"));
}

TEST(ChangeScoreTest, AServiceThatDidNotMoveSpeaksForItsChange) {
  World world;
  world.findings.quiet = {{"web", make_series("web", "latency"), 100},
                          {"web", make_series("web", "errors"), 100}};
  world.log.add(make_deploy("web", -5, "aaa"));
  EXPECT_LT(term(*find(world.score(), "aaa"), "before_after"), -1.5);
}

TEST(ChangeScoreTest, AnotherExplanationTakesFromEveryChange) {
  World world;
  world.log.add(make_deploy("cart", -5, "aaa"));
  const double before = find(world.score(), "aaa")->p;
  world.alternatives = {{"external", 4, "the provider is down"}};
  const ScoredChanges scored = world.score();
  EXPECT_LT(find(scored, "aaa")->p, before / 5);
  EXPECT_NE(find(scored, "aaa")->verdict, SuspectVerdict::kExonerated);
}

TEST(ChangeScoreTest, ARecoveryAfterTheRollbackConvicts) {
  World world;
  Signal& signal = world.findings.signals.front();
  signal.before = 1;
  signal.after = 50;
  signal.plot = {{at_minute(0), 50, 0, 2}, {at_minute(9), 1, 0, 2}};
  world.log.add(make_deploy("cart", -5, "aaa"));
  Change rollback = make_deploy("cart", 4, "");
  rollback.kind = ChangeKind::kRollback;
  world.log.add(rollback);
  EXPECT_EQ(term(*find(world.score(), "aaa"), "rollback"), 3.0);
  signal.plot.back().value = 50;
  EXPECT_EQ(term(*find(world.score(), "aaa"), "rollback"), -2.0);
}

TEST(ChangeScoreTest, OneStrayEarlyOnsetDoesNotExonerate) {
  World world;
  world.log.add(make_deploy("cart", -5, "aaa"));
  const Candidate candidate = world.log.candidates({at_minute(-60), at_minute(10)}).front();
  ChangeContext context = world.context();
  context.onset = at_minute(-20);
  const double alone = time_term(candidate.exposures.front(), context).log_odds;
  context.onsets = {{at_minute(-20), 0.6}, {kNoon, 0.4}};
  const double mixed = time_term(candidate.exposures.front(), context).log_odds;
  EXPECT_EQ(alone, kLeastTerm);
  EXPECT_GT(mixed, 0);
}

TEST(LagDensityTest, RampsUpAroundTheDeployAndDecays) {
  EXPECT_EQ(lag_density(-121, 120, 1800), 0);
  EXPECT_DOUBLE_EQ(lag_density(0, 120, 1800), 0.5 / 1800);
  EXPECT_DOUBLE_EQ(lag_density(120, 120, 1800), std::exp(-120.0 / 1800) / 1800);
  EXPECT_LT(lag_density(7200, 120, 1800), lag_density(600, 120, 1800) / 10);
}

TEST(CommitRiskTest, DocsAndTestsAreHardlyEverToBlame) {
  const ChangeLog log({});
  const SymptomText symptoms;
  const auto rate = [&](const char* file, const char* diff) {
    return rate_commit(profile_change(make_commit("a", 0, {file}, diff)), symptoms, log).log_odds;
  };
  EXPECT_LT(rate("docs/a.md", "+words\n"), -4);
  EXPECT_LT(rate("cart/a_test.go", kRiskyDiff), rate("cart/a.yaml", kRiskyDiff) - 3);
}

TEST(CommitRiskTest, AMechanismThatFitsTheSymptomsRanksFirst) {
  const ChangeLog log({});
  const ChangeProfile pool = profile_change(make_commit("a", 0, {"cart/a.yaml"}, kRiskyDiff));
  const SymptomText fitting{{{"pool", 1}, {"exhausted", 1}, {"connection", 1}}, {}};
  const SymptomText other{{{"certificate", 1}, {"expired", 1}}, {}};
  const CommitRisk fits = rate_commit(pool, fitting, log);
  EXPECT_GT(fits.log_odds, rate_commit(pool, other, log).log_odds + 1.5);
  EXPECT_GT(fits.fit, 0.5);
  EXPECT_THAT(fits.reason, ::testing::HasSubstr("pool_size: 50 -> 2"));
}

}  // namespace
}  // namespace inkling::correlate
