// The truth told about a scenario is true of its data.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "tests/app/gen_data.h"

namespace inkling::gen {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

using LinePredicate = std::function<bool(const ReadLine&)>;

LinePredicate of_service(std::string_view service) {
  return [service](const ReadLine& line) { return line.service == service; };
}

// Share of failed requests among those the predicate takes.
double failure_share(const Generated& data, const LinePredicate& taken) {
  double requests = 0;
  double failures = 0;
  for (const ReadLine& line : data.lines) {
    if (line.status == 0 || !taken(line)) continue;
    ++requests;
    if (line.status >= 500) ++failures;
  }
  EXPECT_GT(requests, 20);
  return failures / std::max(requests, 1.0);
}

LinePredicate before_onset(const Generated& data, std::string_view service) {
  return [onset = data.truth.onset, service](const ReadLine& line) {
    return line.service == service && line.time < onset;
  };
}

// From three minutes after the onset, when ramps are over.
LinePredicate after_onset(const Generated& data, std::string_view service) {
  return [from = data.truth.onset + std::chrono::minutes(3), service](const ReadLine& line) {
    return line.service == service && line.time >= from;
  };
}

double median_duration(const Generated& data, const LinePredicate& taken) {
  std::vector<double> durations;
  for (const ReadLine& line : data.lines) {
    if (line.status != 0 && taken(line)) durations.push_back(line.duration_ms);
  }
  EXPECT_FALSE(durations.empty());
  if (durations.empty()) return 0;
  std::nth_element(durations.begin(), durations.begin() + durations.size() / 2, durations.end());
  return durations[durations.size() / 2];
}

double metric_mean(const Generated& data, std::string_view name, TimeRange range) {
  double sum = 0;
  double count = 0;
  for (const ReadPoint& point : data.points) {
    if (point.name != name || !range.contains(point.time)) continue;
    sum += point.value;
    ++count;
  }
  EXPECT_GT(count, 0) << name;
  return sum / count;
}

double mean_before(const Generated& data, std::string_view name) {
  return metric_mean(data, name, {data.truth.range.begin, data.truth.onset});
}
double mean_after(const Generated& data, std::string_view name) {
  return metric_mean(data, name,
                     {data.truth.onset + std::chrono::minutes(3), data.truth.range.end});
}

std::vector<std::string> deployed_commits(const Generated& data) {
  std::vector<std::string> commits;
  for (const JsonValue& change : data.changes) {
    if (change.text_of({"kind"}) == "deploy") {
      commits.emplace_back(change.text_of({"commit_sha"}));
    }
  }
  return commits;
}

// What holds for every scenario with a commit to blame.
void expect_culprit_deployed_at_onset(const Generated& data) {
  bool deployed = false;
  for (const JsonValue& change : data.changes) {
    if (change.text_of({"commit_sha"}) != data.truth.culprit_commit) continue;
    deployed = true;
    EXPECT_EQ(time_of(change), data.truth.onset);
    EXPECT_EQ(change.text_of({"service"}), data.truth.service);
    EXPECT_EQ(change.text_of({"version"}), data.truth.culprit_version);
  }
  EXPECT_TRUE(deployed);
  EXPECT_THAT(data.truth.decoy_commits, Not(Contains(data.truth.culprit_commit)));
}

TEST(GroundTruthTest, NamesOnlyCommitsThatWereMade) {
  for (const ScenarioInfo& info : list_scenarios()) {
    SCOPED_TRACE(info.name);
    GenOptions options = small_scenario(info.name);
    options.length = std::chrono::minutes(6);
    const Generated data = generate_and_read(options);
    std::set<std::string> made;
    for (const JsonValue& change : data.changes) {
      if (change.text_of({"kind"}) == "commit") made.emplace(change.text_of({"sha"}));
    }
    EXPECT_THAT(data.truth.decoy_commits, Not(IsEmpty()));
    for (const std::string& decoy : data.truth.decoy_commits) EXPECT_THAT(made, Contains(decoy));
    const std::string& culprit = data.truth.culprit_commit;
    if (culprit != "none") {
      EXPECT_THAT(made, Contains(culprit));
    }
    std::vector<std::string> deployed = deployed_commits(data);
    EXPECT_EQ(deployed.size(), data.truth.decoy_commits.size() + (culprit == "none" ? 0 : 1));
    EXPECT_EQ(data.truth.quiet(), data.truth.kind == "none");
  }
}

TEST(GroundTruthTest, BadDeployFailsInTheNewVersionOnly) {
  const Generated data = generate_and_read(small_scenario("bad_deploy"));
  expect_culprit_deployed_at_onset(data);
  EXPECT_LT(failure_share(data, before_onset(data, "checkout")), 0.02);
  EXPECT_GT(failure_share(data, after_onset(data, "checkout")), 0.2);
  EXPECT_GT(failure_share(data, after_onset(data, "frontend")), 0.05);
  EXPECT_LT(failure_share(data, after_onset(data, "catalogue")), 0.02);
  const std::string& version = data.truth.culprit_version;
  EXPECT_GT(failure_share(data, [&](const ReadLine& l) { return l.version == version; }), 0.25);
  EXPECT_LT(failure_share(data,
                          [&](const ReadLine& line) {
                            return line.service == "checkout" && line.time >= data.truth.onset &&
                                   line.version != version;
                          }),
            0.03);
}

TEST(GroundTruthTest, BadDeployFiresAnAlarmSomeTimeAfterTheOnset) {
  const Generated data = generate_and_read(small_scenario("bad_deploy"));
  ASSERT_EQ(data.alarms.size(), 1u);
  EXPECT_EQ(data.alarms[0].text_of({"service"}), "checkout");
  EXPECT_EQ(data.alarms[0].text_of({"fired_at"}), format_timestamp(data.truth.alarm_at));
  EXPECT_GT(data.truth.alarm_at, data.truth.onset);
  EXPECT_GT(number_of(data.alarms[0], "observed"), number_of(data.alarms[0], "threshold"));
}

TEST(GroundTruthTest, SurgeSlowsEverybodyAndNoVersionMoreThanAnother) {
  const Generated data = generate_and_read(small_scenario("surge_with_innocent_deploy"));
  EXPECT_EQ(data.truth.culprit_commit, "none");
  EXPECT_GT(mean_after(data, "frontend/request_rate"),
            1.8 * mean_before(data, "frontend/request_rate"));
  for (const std::string_view service : {"frontend", "catalogue", "checkout"}) {
    EXPECT_GT(median_duration(data, after_onset(data, service)),
              2 * median_duration(data, before_onset(data, service)));
  }
  bool deployed_just_before = false;
  for (const JsonValue& change : data.changes) {
    const Duration lead = data.truth.onset - time_of(change);
    if (change.text_of({"kind"}) == "deploy" && lead > Duration::zero() &&
        lead < std::chrono::minutes(5)) {
      deployed_just_before = true;
    }
  }
  EXPECT_TRUE(deployed_just_before);
}

TEST(GroundTruthTest, SlowDatabaseSlowsItsCallersAndNotPayment) {
  const Generated data = generate_and_read(small_scenario("slow_database"));
  EXPECT_EQ(data.truth.culprit_commit, "none");
  EXPECT_GT(mean_after(data, "orders-db/query_p50_ms"),
            10 * mean_before(data, "orders-db/query_p50_ms"));
  for (const std::string_view service : {"frontend", "catalogue", "checkout"}) {
    EXPECT_GT(median_duration(data, after_onset(data, service)),
              2.5 * median_duration(data, before_onset(data, service)));
  }
  EXPECT_LT(median_duration(data, after_onset(data, "payment")),
            1.3 * median_duration(data, before_onset(data, "payment")));
}

TEST(GroundTruthTest, MemoryLeakFillsTheTaskAndKillsIt) {
  const Generated data = generate_and_read(small_scenario("memory_leak"));
  expect_culprit_deployed_at_onset(data);
  double highest = 0;
  for (const ReadPoint& point : data.points) {
    if (point.name == "catalogue/memory_mib") highest = std::max(highest, point.value);
  }
  EXPECT_LT(mean_before(data, "catalogue/memory_mib"), 300);
  EXPECT_GT(highest, 950);
  EXPECT_EQ(std::count_if(data.lines.begin(), data.lines.end(),
                          [](const ReadLine& line) {
                            return line.message.starts_with("container killed: out of memory");
                          }),
            1);
}

TEST(GroundTruthTest, QueueBacklogGrowsWhileRequestsAreWell) {
  const Generated data = generate_and_read(small_scenario("queue_backlog"));
  expect_culprit_deployed_at_onset(data);
  EXPECT_LT(mean_before(data, "payment/queue_depth"), 60);
  EXPECT_GT(mean_after(data, "payment/queue_depth"), 500);
  EXPECT_LT(failure_share(data, after_onset(data, "frontend")), 0.02);
}

TEST(GroundTruthTest, DependencyOutageFailsPaymentsAndWhoCallsThem) {
  const Generated data = generate_and_read(small_scenario("dependency_outage"));
  EXPECT_EQ(data.truth.culprit_commit, "none");
  EXPECT_LT(failure_share(data, before_onset(data, "payment")), 0.03);
  EXPECT_GT(failure_share(data, after_onset(data, "payment")), 0.5);
  EXPECT_GT(failure_share(data, after_onset(data, "checkout")), 0.05);
  EXPECT_LT(failure_share(data, after_onset(data, "catalogue")), 0.02);
}

TEST(GroundTruthTest, LogFloodIsOneMessageOfTheNewVersion) {
  const Generated data = generate_and_read(small_scenario("log_flood"));
  expect_culprit_deployed_at_onset(data);
  double flood = 0;
  double all = 0;
  for (const ReadLine& line : data.lines) {
    const bool of_flood = line.message.ends_with(" differs");
    if (of_flood) {
      EXPECT_EQ(line.version, data.truth.culprit_version);
    }
    if (!after_onset(data, "catalogue")(line)) continue;
    ++all;
    if (of_flood) ++flood;
  }
  EXPECT_GT(flood / all, 0.8);
}

TEST(GroundTruthTest, SilentServiceWorksOn) {
  const Generated data = generate_and_read(small_scenario("silent_service"));
  Timestamp last = data.truth.range.begin;
  for (const ReadLine& line : data.lines) {
    if (line.service == "payment") last = std::max(last, line.time);
  }
  // A request that began before the onset may end, and be logged, a little later.
  EXPECT_LT(last, data.truth.onset + std::chrono::seconds(2));
  EXPECT_GT(last, data.truth.onset - std::chrono::minutes(1));
  EXPECT_NEAR(mean_after(data, "payment/request_rate"), mean_before(data, "payment/request_rate"),
              0.3 * mean_before(data, "payment/request_rate"));
}

TEST(GroundTruthTest, ClockSkewMovesOneTaskOfOneService) {
  const Generated data = generate_and_read(small_scenario("clock_skew"));
  EXPECT_EQ(data.truth.incident, IncidentTruth::kAllowed);
  std::set<std::string> skewed;
  Timestamp newest = data.truth.range.begin;
  for (const ReadLine& line : data.lines) {
    if (newest - line.time > std::chrono::seconds(60)) skewed.insert(line.service + line.task);
    newest = std::max(newest, line.time);
  }
  ASSERT_EQ(skewed.size(), 1u);
  EXPECT_TRUE(skewed.begin()->starts_with("checkout"));
}

TEST(GroundTruthTest, QuietWeekHasNoStep) {
  GenOptions options = small_scenario("quiet_week");
  options.length = std::chrono::minutes(60);
  const Generated data = generate_and_read(options);
  EXPECT_TRUE(data.truth.quiet());
  EXPECT_THAT(data.alarms, IsEmpty());
  const Timestamp middle = data.truth.range.begin + std::chrono::minutes(30);
  for (const std::string_view service : {"frontend", "catalogue", "checkout", "payment"}) {
    SCOPED_TRACE(service);
    EXPECT_LT(failure_share(data, of_service(service)), 0.01);
    const double early = median_duration(
        data, [&](const ReadLine& line) { return line.service == service && line.time < middle; });
    const double late = median_duration(
        data, [&](const ReadLine& line) { return line.service == service && line.time >= middle; });
    EXPECT_NEAR(late / early, 1, 0.15);
  }
}

TEST(GroundTruthTest, QuietWeekFollowsTheDay) {
  GenOptions options = small_scenario("quiet_week");
  options.length = std::chrono::hours(16);
  options.requests_per_second = 0.5;
  const Generated data = generate_and_read(options);
  const auto rate = [&](int from_hour) {
    const Timestamp begin = data.truth.range.begin + std::chrono::hours(from_hour);
    return metric_mean(data, "frontend/request_rate", {begin, begin + std::chrono::hours(2)});
  };
  EXPECT_GT(rate(1), 2.5 * rate(13));  // 13:00-15:00 against 01:00-03:00
}

}  // namespace
}  // namespace inkling::gen
