#include "sinks/quantity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using test::make_series;
using test::night;

std::string in_unit(double value, const std::string& unit) {
  return quantity(value, *make_series(SeriesKind::kMetric, "m", "s", unit));
}

TEST(QuantityTest, ShowsSharesAsPercent) {
  EXPECT_EQ(quantity(0.0314159, *make_series(SeriesKind::kErrorRatio, "e", "s")), "3.142 %");
  EXPECT_EQ(in_unit(0.5, "ratio"), "50 %");
  EXPECT_EQ(in_unit(50, "%"), "50 %");
}

TEST(QuantityTest, ScalesDurations) {
  EXPECT_EQ(quantity(2870, *make_series(SeriesKind::kLatency, "l", "s")), "2.87 s");
  EXPECT_EQ(in_unit(640, "ms"), "640 ms");
  EXPECT_EQ(in_unit(0.25, "s"), "250 ms");
  EXPECT_EQ(in_unit(600, "seconds"), "10 min");
  EXPECT_EQ(in_unit(12, "us"), "12 \xC2\xB5s");
}

TEST(QuantityTest, ScalesBytesAndCounts) {
  EXPECT_EQ(in_unit(1536, "bytes"), "1.5 KiB");
  EXPECT_EQ(in_unit(3.0 * 1024 * 1024 * 1024, "B"), "3 GiB");
  EXPECT_EQ(in_unit(13'400, ""), "13.4 k");
  EXPECT_EQ(in_unit(9'999, "connections"), "9999 connections");
  EXPECT_EQ(in_unit(2.5e7, "/s"), "25 M/s");
  EXPECT_EQ(quantity(31, *make_series(SeriesKind::kLogRate, "r", "s")), "31 records/s");
}

TEST(QuantityTest, SaysWhenThereIsNoValue) {
  EXPECT_EQ(in_unit(kAbsent, "ms"), "no value");
  EXPECT_EQ(in_unit(std::numeric_limits<double>::infinity(), "ms"), "no value");
}

TEST(QuantityTest, GuessesNoUnitFromTheName) { EXPECT_EQ(in_unit(0.5, ""), "0.5"); }

TEST(PercentTest, NeverClaimsCertainty) {
  EXPECT_EQ(percent(0.942), "94.2 %");
  EXPECT_EQ(percent(0.99999), ">99.9 %");
  EXPECT_EQ(percent(0.00001), "<0.1 %");
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(kAbsent), "unknown");
}

TEST(UtcTimeTest, ShowsWholeSeconds) {
  const Timestamp time = night(62) + std::chrono::milliseconds(750);
  EXPECT_EQ(utc_clock(time), "02:01:02");
  EXPECT_EQ(utc_time(time), "2026-03-14 02:01:02 UTC");
  EXPECT_EQ(utc_time(Timestamp::none()), "-");
  EXPECT_EQ(span_of_time(std::chrono::milliseconds(630'400)), "10m30s");
  EXPECT_EQ(span_of_time(std::chrono::milliseconds(1'500)), "1s500ms");
}

TEST(TimeBetweenTest, StopsAtTheLongestDuration) {
  const auto earliest = Timestamp::from_ns(std::numeric_limits<std::int64_t>::min() + 1);
  const auto latest = Timestamp::from_ns(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(time_between(night(5), night(3)), std::chrono::seconds(-2));
  EXPECT_EQ(time_between(earliest, latest), Duration::max());
  EXPECT_LT(time_between(latest, earliest), Duration(0));
}

}  // namespace
}  // namespace inkling::sinks
