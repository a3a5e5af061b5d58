#include "correlate/correlator.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Step = AnomalyUpdate::Step;

EpochResult epoch_until(double minute) {
  EpochResult epoch;
  epoch.watermark = at_minute(minute);
  return epoch;
}

CorrelateOptions no_silent_reads() {
  CorrelateOptions options;
  options.silent_look_backs_per_hour = 0;
  return options;
}

TEST(CorrelatorTest, OneWeakAnomalyIsNotTold) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.6)};
  EXPECT_THAT(correlator.on_epoch(epoch), IsEmpty());
  EXPECT_THAT(correlator.incidents(), IsEmpty());
}

TEST(CorrelatorTest, OneSevereAnomalyIsTold) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.95)};
  EXPECT_THAT(correlator.on_epoch(epoch), SizeIs(1));
}

TEST(CorrelatorTest, TwoIndependentAnomaliesAreOneIncident) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0), make_anomaly("cart", "error_rate", 1)};
  const auto told = correlator.on_epoch(epoch);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0].anomalies, SizeIs(2));
  EXPECT_EQ(told[0].onset, at_minute(0));
  EXPECT_EQ(told[0].revision, 1U);
}

TEST(CorrelatorTest, TwoSeriesOfOneKindAreNotIndependent) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0),
                     make_anomaly("cart", "latency_p50", 0)};
  EXPECT_THAT(correlator.on_epoch(epoch), IsEmpty());
}

TEST(CorrelatorTest, MoreVisitorsAreNoIncident) {
  FixedHistory history;
  Correlator correlator({}, history);
  EpochResult epoch;
  epoch.watermark = at_minute(2);
  epoch.anomalies = {make_anomaly("web", "requests_per_second", 0, 0.95),
                     make_anomaly("cart", "request_rate", 0, 0.95)};
  EXPECT_THAT(correlator.on_epoch(epoch), IsEmpty());
}

TEST(CorrelatorTest, ADeviationNobodyWouldActOnOpensNothing) {
  FixedHistory history;
  Correlator correlator({}, history);
  EpochResult epoch;
  epoch.watermark = at_minute(2);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0), make_anomaly("cart", "error_rate", 0)};
  for (AnomalyUpdate& update : epoch.anomalies) update.anomaly.peak = 2.1;  // the band ends at 2
  EXPECT_THAT(correlator.on_epoch(epoch), IsEmpty());
}

TEST(CorrelatorTest, AServiceThatStopsLoggingIsToldAlone) {
  FixedHistory history;
  Correlator correlator({}, history);
  EpochResult epoch;
  epoch.watermark = at_minute(2);
  AnomalyUpdate silence = make_anomaly("cart", "log.rate", 0, 0.6);
  auto series = std::make_shared<SeriesInfo>(*silence.anomaly.series);
  series->kind = SeriesKind::kLogRate;
  silence.anomaly.series = series;
  silence.anomaly.kind = VerdictKind::kSilence;
  silence.anomaly.peak = kAbsent;
  epoch.anomalies = {silence};
  EXPECT_THAT(correlator.on_epoch(epoch), SizeIs(1));
}

TEST(CorrelatorTest, TwoUnrelatedFaultsAtTheSameMinuteStayTwoIncidents) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.calls = {make_call("front", "cart"), make_call("mailer", "smtp")};
  epoch.anomalies = {
      make_anomaly("cart", "latency_p99", 0, 0.95), make_anomaly("smtp", "latency_p99", 0, 0.95),
      make_anomaly("front", "latency_p99", 0), make_anomaly("mailer", "latency_p99", 0)};
  const auto told = correlator.on_epoch(epoch);
  ASSERT_THAT(told, SizeIs(2));
  for (const Incident& incident : told) EXPECT_THAT(incident.anomalies, SizeIs(2));
}

TEST(CorrelatorTest, AChainOfServicesIsOneIncident) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.calls = {make_call("front", "cart"), make_call("cart", "db")};
  epoch.anomalies = {make_anomaly("db", "latency_p99", 0), make_anomaly("cart", "latency_p99", 0),
                     make_anomaly("front", "error_rate", 1)};
  const auto told = correlator.on_epoch(epoch);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0].anomalies, SizeIs(3));
  EXPECT_EQ(told[0].nodes.front().id, "db");
}

TEST(CorrelatorTest, AnAlarmOpensAnIncidentAndReadsBack) {
  FixedHistory history;
  history.all.series = {step_series("cart", "error_rate", 0.01, 0.4, 0),
                        step_series("front", "error_rate", 0.01, 0.2, 1)};
  history.all.calls = {make_call("front", "cart")};
  Correlator correlator({}, history);
  EpochResult epoch = epoch_until(5);
  epoch.alarms = {make_alarm("front", "error_rate", 5)};
  epoch.changes = {make_deploy("cart", -3, "aaa")};
  const auto told = correlator.on_epoch(epoch);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].onset, at_minute(0));
  EXPECT_EQ(told[0].nodes.front().id, "cart");
  ASSERT_THAT(told[0].changes, SizeIs(1));
  EXPECT_EQ(told[0].changes[0].id, "aaa");
  ASSERT_FALSE(history.asked.empty());
  EXPECT_EQ(history.asked[0].begin, at_minute(5) - CorrelateOptions{}.look_back);
  EXPECT_THAT(told[0].notes, ::testing::Contains(HasSubstr("Re-read")));
  EXPECT_THAT(correlator.impacts(), SizeIs(2));
}

TEST(CorrelatorTest, ReadsAgainAsMoreIsKnown) {
  FixedHistory history;
  history.all.series = {step_series("cart", "error_rate", 0.01, 0.4, 0, -120, 30)};
  Correlator correlator({}, history);
  EpochResult epoch = epoch_until(0.5);
  epoch.alarms = {make_alarm("cart", "error_rate", 0.5)};
  correlator.on_epoch(epoch);
  EXPECT_THAT(history.asked, SizeIs(1));
  correlator.on_epoch(epoch_until(1));
  EXPECT_THAT(history.asked, SizeIs(1));
  correlator.on_epoch(epoch_until(1.6));
  EXPECT_THAT(history.asked, SizeIs(2));
  correlator.on_epoch(epoch_until(4));
  EXPECT_THAT(history.asked, SizeIs(3));
  correlator.on_epoch(epoch_until(11));
  EXPECT_THAT(history.asked, SizeIs(4));
  correlator.on_epoch(epoch_until(12));
  EXPECT_THAT(history.asked, SizeIs(4));
  EpochResult last = epoch_until(13);
  last.final = true;
  correlator.on_epoch(last);
  EXPECT_THAT(history.asked, SizeIs(5));
}

TEST(CorrelatorTest, IncidentsWithoutAnAlarmAreReadWithinTheirBudget) {
  FixedHistory history;
  CorrelateOptions options;
  options.silent_look_backs_per_hour = 1;
  Correlator correlator(options, history);
  EpochResult epoch = epoch_until(5);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.95),
                     make_anomaly("mail", "latency_p99", 0, 0.95)};
  correlator.on_epoch(epoch);
  EXPECT_THAT(history.asked, SizeIs(1));
  correlator.on_epoch(epoch_until(70));
  EXPECT_THAT(history.asked, SizeIs(2));
}

TEST(CorrelatorTest, AnAlarmJoinsTheIncidentItIsAbout) {
  FixedHistory history;
  Correlator correlator({}, history);
  EpochResult epoch = epoch_until(3);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.95)};
  const std::string id = correlator.on_epoch(epoch).at(0).id;
  EpochResult next = epoch_until(4);
  next.alarms = {make_alarm("cart", "latency_p99", 3.5)};
  const auto told = correlator.on_epoch(next);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].id, id);
  EXPECT_EQ(told[0].revision, 2U);
  EXPECT_THAT(told[0].alarms, SizeIs(1));
}

TEST(CorrelatorTest, ResolvesAfterTheQuietTimeAndNeverTakesMembersAgain) {
  FixedHistory history;
  Correlator correlator(no_silent_reads(), history);
  EpochResult epoch = epoch_until(2);
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.95)};
  correlator.on_epoch(epoch);
  EpochResult quiet = epoch_until(6);
  quiet.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.95, Step::kClosed, 5)};
  ASSERT_THAT(correlator.on_epoch(quiet), SizeIs(1));
  EXPECT_THAT(correlator.on_epoch(epoch_until(14)), IsEmpty());
  const auto told = correlator.on_epoch(epoch_until(16));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].state, IncidentState::kResolved);
  EXPECT_EQ(told[0].resolved, at_minute(16));
  EpochResult again = epoch_until(18);
  again.anomalies = {make_anomaly("cart", "latency_p99", 17, 0.95)};
  const auto relapse = correlator.on_epoch(again);
  ASSERT_THAT(relapse, SizeIs(1));
  EXPECT_NE(relapse[0].id, told[0].id);
  EXPECT_THAT(correlator.incidents(), SizeIs(2));
}

TEST(CorrelatorTest, AFiringAlarmHoldsItOpen) {
  FixedHistory history;
  Correlator correlator({}, history);
  EpochResult epoch = epoch_until(2);
  epoch.alarms = {make_alarm("cart", "latency_p99", 1)};
  correlator.on_epoch(epoch);
  correlator.on_epoch(epoch_until(20));
  EXPECT_EQ(correlator.incidents().at(0).state, IncidentState::kOpen);
  EpochResult over = epoch_until(21);
  over.alarms = {make_alarm("cart", "latency_p99", 21)};
  over.alarms[0].resolved = true;
  correlator.on_epoch(over);
  correlator.on_epoch(epoch_until(32));
  EXPECT_EQ(correlator.incidents().at(0).state, IncidentState::kResolved);
}

TEST(CorrelatorTest, TheEndOfTheInputLeavesOpenOnesOpen) {
  FixedHistory history;
  Correlator correlator({}, history);
  EpochResult epoch = epoch_until(60);
  epoch.final = true;
  epoch.anomalies = {make_anomaly("cart", "latency_p99", 0, 0.95, Step::kOpened)};
  const auto told = correlator.on_epoch(epoch);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].state, IncidentState::kOpen);
}

TEST(CorrelatorTest, ReFoundIncidentsHaveTheSameId) {
  const auto run = [] {
    FixedHistory history;
    Correlator correlator({}, history);
    EpochResult epoch = epoch_until(2);
    epoch.alarms = {make_alarm("cart", "latency_p99", 1)};
    return correlator.on_epoch(epoch).at(0).id;
  };
  EXPECT_EQ(run(), run());
  EXPECT_THAT(run(), SizeIs(16));
}

TEST(CorrelatorTest, ChangesOfOneMomentMayComeInAnyOrder) {
  std::vector<Change> changes = {make_deploy("cart", -5, "aaa"), make_deploy("cart", -5, "bbb"),
                                 make_deploy("web", -5, "ccc"),
                                 make_commit("ddd", -5, {"pkg/a.go"}, "-x = 9\n+x = 1\n")};
  const auto run = [](std::vector<Change> in_order) {
    FixedHistory history;
    history.all.series = {step_series("cart", "error_rate", 0.01, 0.4, 0)};
    Correlator correlator({}, history);
    EpochResult epoch = epoch_until(5);
    epoch.changes = std::move(in_order);
    epoch.alarms = {make_alarm("cart", "error_rate", 4)};
    std::vector<std::pair<std::string, double>> ranking;
    const std::vector<Incident> incidents = correlator.on_epoch(epoch);
    for (const Suspect& suspect : incidents.at(0).changes) {
      ranking.emplace_back(suspect.id, suspect.p);
    }
    return ranking;
  };
  const auto first = run(changes);
  ASSERT_THAT(first, SizeIs(4));
  std::reverse(changes.begin(), changes.end());
  EXPECT_EQ(run(changes), first);
}

TEST(CorrelatorTest, HandlesLeadToEvidence) {
  FixedHistory history;
  history.all.series = {step_series("cart", "error_rate", 0.01, 0.4, 0)};
  Correlator correlator({}, history);
  EpochResult epoch = epoch_until(5);
  epoch.alarms = {make_alarm("cart", "error_rate", 4)};
  epoch.changes = {make_deploy("cart", -3, "aaa")};
  const Incident incident = correlator.on_epoch(epoch).at(0);
  for (std::size_t i = 0; i < incident.evidence.size(); ++i) {
    EXPECT_EQ(incident.evidence[i].number, i + 1);
  }
  for (const Suspect& suspect : incident.changes) {
    for (const SuspectTerm& one : suspect.terms) {
      for (const std::uint32_t handle : one.evidence) {
        EXPECT_GE(handle, 1U);
        EXPECT_LE(handle, incident.evidence.size());
      }
    }
  }
  EXPECT_TRUE(std::is_sorted(incident.timeline.begin(), incident.timeline.end(),
                             [](const auto& a, const auto& b) { return a.time < b.time; }));
}

TEST(CorrelatorTest, StateIsBounded) {
  FixedHistory history;
  CorrelateOptions options = no_silent_reads();
  options.max_open_incidents = 5;
  options.max_members = 3;
  options.max_resolved_incidents = 2;
  Correlator correlator(options, history);
  EpochResult epoch = epoch_until(2);
  for (int i = 0; i < 20; ++i) {
    epoch.anomalies.push_back(make_anomaly("service" + std::to_string(i), "latency_p99", 0, 0.95));
  }
  for (int i = 0; i < 10; ++i) {
    epoch.anomalies.push_back(make_anomaly("service0", "latency_" + std::to_string(i), 0.5));
  }
  EXPECT_THAT(correlator.on_epoch(epoch), SizeIs(5));
  const auto incidents = correlator.incidents();
  ASSERT_THAT(incidents, SizeIs(5));
  for (const Incident& incident : incidents) EXPECT_LE(incident.anomalies.size(), 3U);
  EpochResult closing = epoch_until(3);
  for (const Incident& incident : incidents) {
    for (const Anomaly& anomaly : incident.anomalies) {
      AnomalyUpdate update;
      update.step = Step::kClosed;
      update.time = at_minute(3);
      update.anomaly = anomaly;
      update.anomaly.open = false;
      closing.anomalies.push_back(update);
    }
  }
  correlator.on_epoch(closing);
  correlator.on_epoch(epoch_until(20));
  EXPECT_THAT(correlator.incidents(), SizeIs(2));
}

}  // namespace
}  // namespace inkling::correlate
