// What was said: while it goes on, when it is over; tame and wild series; dense series.
#include "detect/episode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "detect/band_detector.h"
#include "detect/dense_band.h"
#include "detect/usual_sizes.h"

namespace inkling::detect {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const BandPace& pace_of(Duration period) { return BandPace::at(BandPace::index_of(period)); }

TEST(EpisodeTest, WhatGoesOnIsExplained) {
  Episode episode(50, 5);
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(episode.note(45 + i % 10, pace_of(minutes(1))));
  EXPECT_TRUE(episode.goes_on());
}

TEST(EpisodeTest, ComingBackIsExplainedAndEndsIt) {
  Episode episode(50, 5);
  const BandPace& pace = pace_of(minutes(1));
  for (int i = 0; i < 60; ++i) episode.note(50, pace);
  EXPECT_TRUE(episode.note(12, pace));  // a quarter of what it was
  EXPECT_FALSE(episode.goes_on());
  EXPECT_TRUE(episode.note(-20, pace));  // what is expected had followed a part of the way
  EXPECT_TRUE(episode.note(2, pace));
}

TEST(EpisodeTest, LeavingAgainAfterwardsIsNews) {
  Episode episode(50, 5);
  const BandPace& pace = pace_of(minutes(1));
  for (int i = 0; i < 60; ++i) episode.note(50, pace);
  for (int i = 0; i < 10; ++i) episode.note(0, pace);
  EXPECT_FALSE(episode.note(60, pace));
  EXPECT_FALSE(episode.note(-60, pace));
}

TEST(EpisodeTest, EndsAfterADay) {
  Episode episode(50, 5);
  const BandPace& pace = pace_of(hours(1));
  int points = 0;
  while (episode.note(50, pace)) ++points;
  EXPECT_TRUE(episode.is_over());
  EXPECT_NEAR(points, 24, 2);
}

TEST(EpisodeTest, ReadsValuesBetweenPoints) {
  const Episode episode(50, 5);
  EXPECT_EQ(episode.read(60, 8), Episode::Reading::kGoesOn);
  EXPECT_EQ(episode.read(7, 8), Episode::Reading::kBack);
  EXPECT_EQ(episode.read(-60, 8), Episode::Reading::kNews);
}

bool ends_tame(const std::function<double(std::mt19937&)>& draw) {
  std::mt19937 random(1);
  UsualSizes sizes;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const auto size = static_cast<float>(std::abs(draw(random)));
    sizes.learn({size, size, size}, i, pace_of(minutes(5)));
  }
  return sizes.is_tame(5000);
}

TEST(UsualSizesTest, NormalNoiseIsTameAndHeavyTailsAreNot) {
  std::normal_distribution<double> normal;
  std::student_t_distribution<double> heavy(2);
  EXPECT_TRUE(ends_tame([&](std::mt19937& random) { return normal(random); }));
  EXPECT_FALSE(ends_tame([&](std::mt19937& random) { return heavy(random); }));
}

TEST(UsualSizesTest, RatesInUsualSizes) {
  UsualSizes sizes;
  EXPECT_EQ(sizes.rate({9, 9, 9}).largest, 0);
  for (std::uint32_t i = 0; i < 500; ++i) sizes.learn({2, 4, 8}, i, pace_of(minutes(5)));
  const UsualSizes::Rating rating = sizes.rate({20, 4, 8});
  EXPECT_NEAR(rating.residual, 10, 0.01);
  EXPECT_NEAR(rating.largest, 10, 0.01);
}

TEST(UsualSizesTest, WhatNeverMovedIsNotTame) {
  UsualSizes sizes;
  for (std::uint32_t i = 0; i < 100; ++i) sizes.learn({0, 0, 0}, i, pace_of(minutes(1)));
  EXPECT_FALSE(sizes.is_tame(100));
  EXPECT_EQ(sizes.rate({9, 9, 9}).largest, 0);
}

TEST(BandDetectorTest, SaysTheFirstMoveOfWhatNeverMoved) {
  for (const double usual : {0.0, 3600.0}) {
    BandDetector band{BandOptions{}};
    const auto judge = [&](int i, double value) {
      return band.judge(Timestamp::from_seconds(1'700'006'400) + i * Duration(minutes(1)), value,
                        minutes(1));
    };
    for (int i = 0; i < 100; ++i) ASSERT_EQ(judge(i, usual).score, 0);
    EXPECT_GE(judge(100, usual == 0 ? 9 : 0).score, 0.5) << usual;
  }
}

// How often something is said of four days of noise around a daily wave with one fault of five
// hours on the fourth.
template <class Judge>
int times_said(Duration period, Judge judge) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise;
  const double points_a_day =
      static_cast<double>(Duration(hours(24)).count()) / static_cast<double>(period.count());
  int said = 0;
  bool was_said = false;
  for (int i = 0; i < 4 * points_a_day; ++i) {
    const double day = i / points_a_day;
    double value = 100 + 20 * std::sin(2 * 3.14159265 * day) + 2 * noise(random);
    if (day > 3.3 && day < 3.5) value *= 2;
    const bool is_said = judge(Timestamp::from_seconds(1'700'006'400) + i * period, value) >= 0.5;
    if (is_said && !was_said) ++said;
    was_said = is_said;
  }
  return said;
}

TEST(BandDetectorTest, SaysAFaultOnceAndNotItsEnd) {
  for (const Duration period : {Duration(minutes(1)), Duration(minutes(5))}) {
    BandDetector band{BandOptions{}};
    EXPECT_EQ(
        times_said(period, [&](Timestamp time,
                               double value) { return band.judge(time, value, period).score; }),
        1)
        << period.count();
  }
}

TEST(DenseBandTest, SaysAFaultAndNotItsEnd) {
  DenseBand band{BandOptions{}};
  double latest = 0;
  const int said = times_said(seconds(10), [&](Timestamp time, double value) {
    const double day =
        static_cast<double>((time - Timestamp::from_seconds(1'700'006'400)).count()) /
        static_cast<double>(Duration(hours(24)).count());
    const double score = band.judge(time, value).score;
    if (score >= 0.5) latest = day;
    return score;
  });
  EXPECT_GE(said, 1);
  EXPECT_GT(latest, 3.3);
  EXPECT_LT(latest, 3.5);
}

}  // namespace
}  // namespace inkling::detect
