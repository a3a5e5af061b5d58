#include "correlate/severity.h"

#include <gtest/gtest.h>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

struct Scene {
  CorrelateOptions options;
  Topology topology{options};
  std::vector<Signal> signals;
  std::vector<ServiceCount> counts;
  std::vector<Alarm> alarms;

  void failing(const std::string& service, std::uint64_t requests, std::uint64_t failures) {
    ServiceCount count;
    count.slot = slot_of(kNoon) + 1;
    count.service = service;
    count.requests = requests;
    count.failures = failures;
    counts.push_back(count);
  }
  Severity rate() const {
    return rate_severity(signals, counts, alarms, kNoon, topology, options).severity;
  }
};

TEST(SeverityTest, FollowsTheShareOfFailingRequests) {
  Scene scene;
  scene.options.user_facing = {"front"};
  scene.failing("front", 1000, 600);
  EXPECT_EQ(scene.rate(), Severity::kP0);
  scene.counts[0].failures = 80;
  EXPECT_EQ(scene.rate(), Severity::kP1);
  scene.counts[0].failures = 15;
  EXPECT_EQ(scene.rate(), Severity::kP2);
  scene.counts[0].failures = 1;
  EXPECT_EQ(scene.rate(), Severity::kP3);
}

TEST(SeverityTest, AServiceNobodyCallsIsUserFacing) {
  Scene scene;
  scene.topology.add_edge("front", "cart", kNoon);
  scene.failing("cart", 1000, 600);
  EXPECT_EQ(scene.rate(), Severity::kP1);
  scene.counts[0].service = "front";
  EXPECT_EQ(scene.rate(), Severity::kP0);
}

TEST(SeverityTest, AFewRequestsAreNotBelieved) {
  Scene scene;
  scene.options.user_facing = {"front"};
  scene.failing("front", 7, 7);
  EXPECT_EQ(scene.rate(), Severity::kP3);
}

TEST(SeverityTest, HowUnusualTheNumbersAreDoesNotMatter) {
  Scene scene;
  Signal signal;
  signal.service = "cart";
  signal.series = make_series("cart", "cache_entries");
  signal.deviation = 100;
  scene.signals.push_back(signal);
  EXPECT_EQ(scene.rate(), Severity::kP3);
}

TEST(SeverityTest, AlarmsRaiseIt) {
  Scene scene;
  scene.alarms = {make_alarm("cart", "latency", 1)};
  EXPECT_EQ(scene.rate(), Severity::kP2);
  scene.alarms[0].severity = "critical";
  EXPECT_EQ(scene.rate(), Severity::kP1);
}

}  // namespace
}  // namespace inkling::correlate
