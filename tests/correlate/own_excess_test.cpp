#include "correlate/own_excess.h"

#include <gtest/gtest.h>

#include "correlate/call_blame.h"
#include "correlate/call_reading.h"
#include "correlate/release_calls.h"
#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

SeriesInfo named(const std::string& name, const std::string& unit = "") {
  SeriesInfo info;
  info.name = name;
  info.unit = unit;
  return info;
}

TEST(CallReadingTest, ReadsFieldAndUnitFromTheName) {
  const auto field = [](const std::string& name) { return read_call_series(named(name)).field; };
  EXPECT_EQ(field("http_requests_total"), CallField::kRequests);
  EXPECT_EQ(field("success_rate_percent"), CallField::kGoodShare);
  EXPECT_EQ(field("availability"), CallField::kGoodShare);
  EXPECT_EQ(field("http_5xx_ratio"), CallField::kFailedShare);
  EXPECT_EQ(field("http_request_errors"), CallField::kFailures);
  EXPECT_EQ(field("latency_ms_avg"), CallField::kSeconds);
  EXPECT_EQ(field("db_query_count_per_request"), CallField::kNone);
  EXPECT_EQ(field("request_queue_depth"), CallField::kNone);
  EXPECT_EQ(field("cpu_usage_percent"), CallField::kNone);
  EXPECT_DOUBLE_EQ(read_call_series(named("latency_ms")).scale, 1e-3);
  EXPECT_DOUBLE_EQ(read_call_series(named("latency", "us")).scale, 1e-6);
  EXPECT_DOUBLE_EQ(read_call_series(named("success_percent")).scale, 0.01);
  EXPECT_TRUE(read_call_series(named("requests_per_sec")).per_second);
}

TEST(CallReadingTest, QuantilesDoNotAddUpAndAreNotRead) {
  EXPECT_EQ(read_call_series(named("latency_p99")).field, CallField::kNone);
  EXPECT_GT(read_call_series(named("latency_avg")).rank, read_call_series(named("latency")).rank);
}

// front calls cart and cart calls db; each minute `requests` calls of `seconds`.
CallSample sample(const char* service, int minute, double requests, double seconds,
                  double failed = 0) {
  CallSample one;
  one.window = {at_minute(minute), at_minute(minute + 1)};
  one.reporter = one.callee = service;
  one.requests = requests;
  one.seconds = seconds;
  one.failed = failed;
  return one;
}

struct Shop {
  Topology topology{CorrelateOptions{}};
  std::vector<CallSample> samples;

  Shop() {
    topology.add_edge("front", "cart", kNoon);
    topology.add_edge("cart", "db", kNoon);
  }
  // Ten minutes before noon and five after; the database is slower by `slower` since noon.
  void run(double slower, double own_of_cart = 0) {
    for (int minute = -10; minute < 5; ++minute) {
      const double db = minute < 0 ? 0 : slower;
      const double cart = minute < 0 ? 0 : own_of_cart;
      samples.push_back(sample("front", minute, 100, 0.3 + db + cart));
      samples.push_back(sample("cart", minute, 100, 0.2 + db + cart));
      samples.push_back(sample("db", minute, 100, 0.1 + db));
    }
  }
};

TEST(OwnExcessTest, WhatACalleeCostsMoreIsNotItsCallersOwn) {
  Shop shop;
  shop.run(0.5);
  const ExcessByService excess = measure_excess(shop.samples, shop.topology, kNoon);
  EXPECT_NEAR(excess.at("db").time.own, 5 * 100 * 0.5, 1e-6);
  EXPECT_NEAR(excess.at("cart").time.total, 5 * 100 * 0.5, 1e-6);
  EXPECT_NEAR(excess.at("cart").time.own, 0, 1e-6);
  EXPECT_NEAR(excess.at("front").time.own, 0, 1e-6);
}

TEST(OwnExcessTest, ACallerThatIsSlowItselfKeepsItsPart) {
  Shop shop;
  shop.run(0.1, 0.4);
  const ExcessByService excess = measure_excess(shop.samples, shop.topology, kNoon);
  EXPECT_NEAR(excess.at("cart").time.own, 5 * 100 * 0.4, 1e-6);
}

TEST(OwnExcessTest, ACalleeFirstSeenInTheIncidentIsChargedToItsCaller) {
  Shop shop;
  shop.topology.add_edge("cart", "wrong-table", kNoon);
  for (int minute = -10; minute < 5; ++minute) {
    shop.samples.push_back(sample("cart", minute, 100, 0.2, minute < 0 ? 0 : 0.5));
    if (minute >= 0) shop.samples.push_back(sample("wrong-table", minute, 50, 0.1, 1));
  }
  const ExcessByService excess = measure_excess(shop.samples, shop.topology, kNoon);
  EXPECT_TRUE(excess.at("wrong-table").is_new);
  EXPECT_NEAR(excess.at("cart").failures.own, 5 * 50, 1e-6);
}

TEST(OwnExcessTest, QuietCallsHaveNoExcess) {
  Shop shop;
  shop.run(0);
  for (const auto& [service, excess] : measure_excess(shop.samples, shop.topology, kNoon)) {
    EXPECT_NEAR(excess.time.z, 0, 1e-9) << service;
    EXPECT_NEAR(excess.failures.z, 0, 1e-9) << service;
  }
}

TEST(CallBlameTest, TheServiceWhoseOwnCallsCostMoreLeads) {
  Shop shop;
  shop.run(0.5);
  const auto blames = blame_calls(measure_excess(shop.samples, shop.topology, kNoon), shop.topology,
                                  {"front"}, {SeriesRole::kLatency});
  EXPECT_DOUBLE_EQ(blames.at("db").cause, 1);
  EXPECT_LT(blames.at("cart").cause, 0.2);
  EXPECT_LT(blames.at("front").cause, 0.2);
}

TEST(CallBlameTest, NothingCostsMoreNobodyIsBlamed) {
  Shop shop;
  shop.run(0);
  EXPECT_TRUE(
      blame_calls(measure_excess(shop.samples, shop.topology, kNoon), shop.topology, {"front"}, {})
          .empty());
}

CallSample versioned(const char* service, const char* callee, const char* version, int minute,
                     double failed) {
  CallSample one = sample(service, minute, 20, 0.1, failed);
  one.version = version;
  one.callee = callee;
  return one;
}

TEST(ReleaseCallsTest, SplitsCallsToAndByTheNewVersion) {
  const std::vector<CallSample> samples = {
      versioned("cart", "cart", "v1", -5, 0),  versioned("cart", "cart", "v1", 1, 0),
      versioned("cart", "cart", "v2", 1, 0.5), versioned("cart", "db", "v2", 1, 1),
      versioned("cart", "db", "v1", 1, 0),     versioned("user", "user", "v2", 1, 1)};
  const ReleaseCalls release = measure_release(samples, "cart", "v2", kNoon);
  EXPECT_EQ(release.to.new_requests, 20U);
  EXPECT_EQ(release.to.new_failures, 10U);
  EXPECT_EQ(release.to.old_requests, 20U);
  EXPECT_EQ(release.from.new_failures, 20U);
  EXPECT_TRUE(release.is_seen);
  EXPECT_TRUE(release.is_expected);
}

TEST(ReleaseCallsTest, AVersionThatTellsOfNoCallsIsUnseen) {
  const std::vector<CallSample> samples = {versioned("cart", "cart", "v1", 1, 0)};
  const ReleaseCalls release = measure_release(samples, "cart", "v2", kNoon);
  EXPECT_FALSE(release.is_seen);
  EXPECT_TRUE(release.is_expected);
}

}  // namespace
}  // namespace inkling::correlate
