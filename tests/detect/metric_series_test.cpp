#include "detect/metric_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::BatchBuilder;
using test::new_year;
using testing::ElementsAre;

SeriesRef a_series() {
  auto info = std::make_shared<SeriesInfo>();
  info->id = SeriesId{42};
  return info;
}

struct Feed {
  MetricSeries series;
  explicit Feed(MetricKind kind) : series(a_series(), kind) {}
  bool add(double at, double value) { return series.add(new_year(at), value, {}, 1); }
  std::vector<SeriesPoint> release(double watermark) {
    std::vector<SeriesPoint> points;
    series.release(new_year(watermark), points);
    return points;
  }
};
// NaN as -1, so that lists can be compared.
std::vector<double> values(const std::vector<SeriesPoint>& points) {
  std::vector<double> result;
  for (const SeriesPoint& point : points) {
    result.push_back(std::isnan(point.value) ? -1 : point.value);
  }
  return result;
}

TEST(PeriodEstimateTest, IsTheMedianOfTheSteps) {
  PeriodEstimate period;
  double at = 0;
  for (const double step : {10, 10, 10, 10}) period.note(new_year(at += step));
  EXPECT_EQ(period.period(), Duration(0));  // three steps
  for (const double step : {10, 100}) period.note(new_year(at += step));
  EXPECT_EQ(period.period(), std::chrono::seconds(10));
  EXPECT_EQ(period.longest_step(), std::chrono::seconds(100));
}

TEST(PeriodEstimateTest, DoesNotCountStepsBackOrOfZero) {
  PeriodEstimate period;
  for (const double at : {0, 10, 10, 5, 20, 30, 40, 50}) period.note(new_year(at));
  EXPECT_EQ(period.period(), std::chrono::seconds(10));
  EXPECT_EQ(period.last(), new_year(50));
}

TEST(PeriodEstimateTest, FollowsAChangeOfPeriod) {
  PeriodEstimate period;
  double at = 0;
  for (int i = 0; i < 20; ++i) period.note(new_year(at += 60));
  for (int i = 0; i < 15; ++i) period.note(new_year(at += 5));
  EXPECT_EQ(period.period(), std::chrono::seconds(5));
}

TEST(PeriodEstimateTest, TakesStepsOfCenturies) {
  PeriodEstimate period;
  period.note(Timestamp::from_ns(INT64_MIN + 1));
  period.note(Timestamp::from_ns(INT64_MAX));
  EXPECT_GT(period.longest_step(), std::chrono::hours(24 * 365));
}

TEST(MetricSeriesTest, GivesPointsOneByOneWhenNoDenserThanASlot) {
  Feed feed(MetricKind::kGauge);
  for (int i = 0; i < 10; ++i) feed.add(60 * i, i);
  EXPECT_THAT(values(feed.release(180)), ElementsAre(0, 1, 2, 3));
  const auto rest = feed.release(1e6);
  EXPECT_THAT(values(rest), ElementsAre(4, 5, 6, 7, 8, 9));
  EXPECT_EQ(rest.back().begin, rest.back().end);
  EXPECT_EQ(rest.back().period, std::chrono::minutes(1));
  EXPECT_FALSE(feed.series.has_pending());
}

TEST(MetricSeriesTest, AveragesDenseSeriesOverSlots) {
  Feed feed(MetricKind::kGauge);
  for (int i = 0; i < 6; ++i) feed.add(i, 0);  // the sixth step makes it dense
  feed.release(10);
  for (int i = 10; i < 30; ++i) feed.add(i, i < 20 ? 1 : i);
  const auto windows = feed.release(30);
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_THAT(values(windows), ElementsAre(1, 24.5));
  EXPECT_EQ(windows[0].begin, new_year(10));
  EXPECT_EQ(windows[0].end, new_year(20));
  EXPECT_EQ(windows[0].events, 10u);
  EXPECT_FALSE(feed.add(25, 1));  // its window was closed
  EXPECT_TRUE(feed.add(31, 1));
}

TEST(MetricSeriesTest, LeavesOutRowsWithoutValueInDenseWindows) {
  Feed feed(MetricKind::kGauge);
  for (int i = 0; i < 10; ++i) feed.add(i, 3);
  feed.release(10);
  feed.add(11, kAbsent);
  feed.add(12, 4);
  EXPECT_THAT(values(feed.release(20)), ElementsAre(4));
}

TEST(MetricSeriesTest, MakesACounterARate) {
  Feed feed(MetricKind::kCounter);
  feed.add(0, 100);
  feed.add(60, 160);
  feed.add(120, 160);
  feed.add(180, 30);  // reset
  feed.add(300, 150);
  EXPECT_THAT(values(feed.release(1e6)), ElementsAre(-1, 1, 0, 0.5, 1));
}

TEST(MetricSeriesTest, TellsThatACounterBeganAnew) {
  Feed feed(MetricKind::kCounter);
  feed.add(0, 100);
  feed.add(60, 160);
  feed.add(120, 30);
  std::vector<bool> resets;
  for (const SeriesPoint& point : feed.release(1e6)) resets.push_back(point.reset);
  EXPECT_EQ(resets, (std::vector<bool>{false, false, true}));
}

TEST(MetricSeriesTest, DividesADeltaByItsStep) {
  Feed feed(MetricKind::kDelta);
  feed.add(0, 7);
  feed.add(60, 120);
  feed.add(90, 30);
  EXPECT_THAT(values(feed.release(1e6)), ElementsAre(-1, 2, 1));
}

// Rates are taken in the order of arrival, whenever points are released: also where a series turns
// out to be dense while its first points still wait.
TEST(MetricSeriesTest, RatesDoNotDependOnWhenTheyAreReleased) {
  const auto rates = [](MetricKind kind, double release_every) {
    Feed feed(kind);
    std::vector<double> all;
    for (int i = 0; i < 40; ++i) {
      feed.add(2 * i, kind == MetricKind::kCounter ? 6.0 * i : 6.0);
      if (std::fmod(2 * i, release_every) == 0) {
        for (const double value : values(feed.release(2 * i))) all.push_back(value);
      }
    }
    for (const double value : values(feed.release(1e6))) all.push_back(value);
    return all;
  };
  const std::vector<double> expected = {-1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
  for (const MetricKind kind : {MetricKind::kCounter, MetricKind::kDelta}) {
    for (const double every : {2.0, 10.0, 1000.0}) {
      SCOPED_TRACE(every);
      EXPECT_EQ(rates(kind, every), expected);
    }
  }
}

TEST(MetricSeriesTest, JudgesBackwardTimesInArrivalOrder) {
  Feed feed(MetricKind::kGauge);
  feed.add(0, 1);
  feed.add(120, 2);
  feed.add(60, 3);
  const auto points = feed.release(200);
  EXPECT_THAT(values(points), ElementsAre(1, 2, 3));
  EXPECT_EQ(points[2].begin, new_year(60));
  EXPECT_EQ(points[2].order, new_year(120));  // never goes back
}

TEST(MetricSeriesTest, IdIsThatOfTheParts) {
  BatchBuilder builder;
  builder.point({.time = new_year(0), .name = "cpu", .service = "shop"});
  builder.label("pod", "a").label("zone", "b");
  const Batch batch = builder.build();
  EXPECT_EQ(
      series_id_of(batch.points[0], batch.labels),
      make_series_id(SeriesKind::kMetric, "cpu", "shop", "", "", {{"zone", "b"}, {"pod", "a"}}));
}

TEST(MetricSeriesTest, RedactsTheNamesItKeeps) {
  Screen screen = Screen::create(ScreenOptions{}).value();
  BatchBuilder builder;
  builder.point({.time = new_year(0), .name = "logins", .service = "shop"});
  builder.label("user", "a@b.io").label("a", "1");
  const Batch batch = builder.build();
  const SeriesInfo info = metric_series_info(batch.points[0], batch.labels, screen);
  EXPECT_EQ(info.labels, (LabelList{{"a", "1"}, {"user", "[email]"}}));
}

}  // namespace
}  // namespace inkling::detect
