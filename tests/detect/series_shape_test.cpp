// The kinds of what is told of a numeric series: standing still, moved for good, climbing.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "detect/series_scorer.h"
#include "detect/shift_watch.h"
#include "detect/stillness.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::new_year;

constexpr Duration kMinute = std::chrono::minutes(1);

double normal(std::mt19937& random) { return std::normal_distribution<double>()(random); }

// Verdicts of a series sampled once a minute.
class SeriesShapeTest : public testing::Test {
 protected:
  std::vector<Verdict> feed(int count, const std::function<double(int)>& value) {
    std::vector<Verdict> verdicts;
    for (int i = 0; i < count; ++i) {
      SeriesPoint point;
      point.series = info_;
      point.begin = point.end = point.order = new_year(60.0 * next_++);
      point.value = value(i);
      point.period = kMinute;
      if (!scorer_) scorer_.emplace(*info_, options_);
      verdicts.push_back(scorer_->judge(point, options_, recent_, updates_));
    }
    return verdicts;
  }
  static int count_of(const std::vector<Verdict>& verdicts, VerdictKind kind, Gate gate) {
    int count = 0;
    for (const Verdict& verdict : verdicts) count += verdict.kind == kind && verdict.gate == gate;
    return count;
  }

  std::shared_ptr<SeriesInfo> info_ = std::make_shared<SeriesInfo>();
  DetectOptions options_;
  RecentValues recent_{1000};
  std::optional<SeriesScorer> scorer_;
  std::vector<AnomalyUpdate> updates_;
  std::mt19937 random_{5};
  int next_ = 0;
};

TEST_F(SeriesShapeTest, ALastingShiftIsSaidOnceAndThenAdaptedTo) {
  feed(3000, [&](int) { return 100 + 3 * normal(random_); });
  const auto after = feed(2000, [&](int) { return 160 + 3 * normal(random_); });
  EXPECT_EQ(count_of(after, VerdictKind::kLevelShift, Gate::kShifted), 1);
  EXPECT_EQ(count_of(after, VerdictKind::kLevelShift, Gate::kAdapted), 1);
  for (const Verdict& verdict : after) {
    if (verdict.gate != Gate::kShifted) continue;
    EXPECT_NEAR((verdict.low + verdict.high) / 2, 100, 10);  // before
    EXPECT_NEAR(verdict.value, 160, 15);                     // after
    EXPECT_FALSE(verdict.anomalous);
  }
  ASSERT_FALSE(updates_.empty());
  EXPECT_EQ(updates_.back().step, AnomalyUpdate::Step::kClosed);
  EXPECT_EQ(updates_.back().anomaly.kind, VerdictKind::kLevelShift);
}

TEST_F(SeriesShapeTest, WhatComesBackIsNoShift) {
  feed(3000, [&](int) { return 100 + 3 * normal(random_); });
  const auto after = feed(2000, [&](int i) { return (i < 60 ? 160 : 100) + 3 * normal(random_); });
  EXPECT_EQ(count_of(after, VerdictKind::kLevelShift, Gate::kShifted), 0);
}

TEST_F(SeriesShapeTest, AMovingSeriesThatStandsStillIsAFlatLine) {
  feed(1000, [&](int) { return 100 + 3 * normal(random_); });
  const auto after = feed(500, [](int) { return 101.5; });
  EXPECT_EQ(count_of(after, VerdictKind::kFlatLine, Gate::kPassed), 1);
  EXPECT_TRUE(after[29].anomalous || after[30].anomalous);  // after half an hour
}

TEST_F(SeriesShapeTest, ASeriesThatOftenStandsStillIsNoFlatLine) {
  const auto verdicts =
      feed(5000, [&](int i) { return i / 50 % 2 == 0 ? 40.0 : 100 + 3 * normal(random_); });
  EXPECT_EQ(count_of(verdicts, VerdictKind::kFlatLine, Gate::kPassed), 0);
}

TEST_F(SeriesShapeTest, ASeriesThatHardlyMovesAnyMoreIsAVarianceDrop) {
  feed(3000, [&](int) { return 100 + 3 * normal(random_); });
  const auto after = feed(1000, [&](int) { return 100 + 0.03 * normal(random_); });
  EXPECT_EQ(count_of(after, VerdictKind::kVarianceDrop, Gate::kPassed), 1);
}

TEST_F(SeriesShapeTest, AClimbTowardsALimitTellsWhenItIsReached) {
  info_->unit = "%";
  feed(1500, [&](int) { return 40 + 0.5 * normal(random_); });
  // 40 to 100 in 1200 minutes.
  const auto after = feed(1000, [&](int i) { return 40 + 0.05 * i + 0.5 * normal(random_); });
  EXPECT_GE(count_of(after, VerdictKind::kExhaustion, Gate::kPassed), 1);
  for (const Verdict& verdict : after) {
    if (verdict.kind != VerdictKind::kExhaustion) continue;
    // Rough: the means it is told by still follow.
    const double left = static_cast<double>((verdict.limit_at - verdict.begin).count());
    const double truth = static_cast<double>((new_year(60.0 * 2700) - verdict.begin).count());
    EXPECT_GT(left, truth / 1.7);
    EXPECT_LT(left, truth * 1.7);
  }
}

TEST_F(SeriesShapeTest, WithoutALimitThereIsNoExhaustion) {
  feed(1500, [&](int) { return 40 + 0.5 * normal(random_); });
  const auto after = feed(1000, [&](int i) { return 40 + 0.05 * i + 0.5 * normal(random_); });
  EXPECT_EQ(count_of(after, VerdictKind::kExhaustion, Gate::kPassed), 0);
}

TEST_F(SeriesShapeTest, AJumpIsASpike) {
  feed(3000, [&](int) { return 100 + 3 * normal(random_); });
  const auto after = feed(1, [](int) { return 190; });
  EXPECT_EQ(after[0].kind, VerdictKind::kSpike);
  EXPECT_TRUE(after[0].anomalous);
}

// Early on only what is far out is said.
TEST_F(SeriesShapeTest, AFifthOfTheWarmUpIsEnoughForWhatIsFarOut) {
  feed(40, [&](int) { return 100 + 3 * normal(random_); });
  EXPECT_TRUE(feed(1, [](int) { return 1000; })[0].anomalous);
}

TEST(StillnessTest, IsSilentOnNoise) {
  std::mt19937 random(3);
  Stillness stillness;
  for (int i = 0; i < 100'000; ++i) {
    const double value = i / 25'000 % 2 == 0 ? normal(random) : std::floor(2 * normal(random));
    ASSERT_EQ(stillness.note(value, kMinute), VerdictKind::kNone) << i;
  }
}

}  // namespace
}  // namespace inkling::detect
