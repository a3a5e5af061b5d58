#include "correlate/release_watch.h"

#include <gtest/gtest.h>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

Change deploy(const std::string& id, double minute, ChangeKind kind = ChangeKind::kDeploy) {
  Change change;
  change.id = id;
  change.kind = kind;
  change.time = at_minute(minute);
  return change;
}

double score_of(const std::deque<Impact>& impacts, const std::string& series) {
  for (const Impact& impact : impacts) {
    if (impact.series->name == series) return impact.score;
  }
  return -1;
}

TEST(ReleaseWatchTest, TellsWhatAChangeMovedAndWhatNot) {
  FixedHistory history;
  history.all.series = {step_series("cart", "moved", 100, 300, 0, -60, 60),
                        step_series("cart", "calm", 100, 100, 0, -60, 60)};
  ReleaseWatch watch{CorrelateOptions{}};
  watch.add(deploy("a", 0));
  watch.look(at_minute(19), false, history);
  EXPECT_TRUE(watch.impacts().empty());  // too early to tell
  watch.look(at_minute(21), false, history);
  EXPECT_GT(score_of(watch.impacts(), "moved"), 10);
  EXPECT_LT(score_of(watch.impacts(), "calm"), 1.5);
}

TEST(ReleaseWatchTest, WhatHappensEveryDayAtThatTimeIsNotItsDoing) {
  constexpr int kDay = 24 * 60;
  FixedHistory history;
  SeriesHistory daily = step_series("cart", "daily", 100, 100, 0, 0, 0);
  for (int minute = -3 * kDay - 60; minute < 60; ++minute) {
    const int of_day = ((minute % kDay) + kDay) % kDay;
    daily.points.emplace_back(at_minute(minute), of_day < 120 ? 300 : 100);
  }
  history.all.series = {daily};
  ReleaseWatch watch{CorrelateOptions{}};
  watch.add(deploy("a", 0));
  watch.look(at_minute(30), false, history);
  EXPECT_LT(score_of(watch.impacts(), "daily"), 1.5);
}

TEST(ReleaseWatchTest, LooksAreBoundedAndTheRestCounted) {
  FixedHistory history;
  CorrelateOptions options;
  options.change_checks_per_hour = 2;
  ReleaseWatch watch{options};
  for (int i = 0; i < 5; ++i) watch.add(deploy(std::to_string(i), i));
  watch.look(at_minute(60), false, history);
  EXPECT_EQ(watch.skipped(), 3U);
  EXPECT_EQ(history.asked.size(), 2U * 8);  // the day itself and seven earlier ones
}

TEST(ReleaseWatchTest, CommitsAndScalingAreNotLookedAt) {
  FixedHistory history;
  ReleaseWatch watch{CorrelateOptions{}};
  watch.add(deploy("a", 0, ChangeKind::kCommit));
  watch.add(deploy("b", 0, ChangeKind::kScaling));
  watch.look(at_minute(60), true, history);
  EXPECT_TRUE(history.asked.empty());
}

}  // namespace
}  // namespace inkling::correlate
