#include "app/stage_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace inkling::app {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

class StageWatchTest : public ::testing::Test {
 protected:
  std::optional<Stage> stalled(std::chrono::nanoseconds after) {
    const auto stall = watch_.check(steady_clock::now() + after);
    return stall ? std::optional(stall->stage) : std::nullopt;
  }
  MetricsRegistry metrics_;
  StageWatch watch_{seconds(10), metrics_};
};

TEST_F(StageWatchTest, NobodyAtWorkIsNoStall) {
  {
    const StageWatch::Work work(&watch_, Stage::kMerge);
  }
  EXPECT_EQ(stalled(seconds(1000)), std::nullopt);
}

TEST_F(StageWatchTest, NamesTheStageThatStands) {
  const StageWatch::Work work(&watch_, Stage::kDecode);
  EXPECT_EQ(stalled(seconds(5)), std::nullopt);
  EXPECT_EQ(stalled(seconds(11)), Stage::kDecode);
}

TEST_F(StageWatchTest, NamesTheInnermost) {
  const StageWatch::Work merge(&watch_, Stage::kMerge);
  const StageWatch::Work correlate(&watch_, Stage::kCorrelate);
  const StageWatch::Work deliver(&watch_, Stage::kDeliver);
  EXPECT_EQ(stalled(seconds(20)), Stage::kDeliver);
}

TEST_F(StageWatchTest, IsOverWhenTheWorkIsDone) {
  {
    const StageWatch::Work work(&watch_, Stage::kMerge);
    EXPECT_EQ(stalled(seconds(20)), Stage::kMerge);
    EXPECT_EQ(stalled(seconds(30)), Stage::kMerge);
  }
  EXPECT_EQ(stalled(seconds(40)), std::nullopt);
  EXPECT_THAT(metrics_.expose(), HasSubstr("inkling_app_stalls_total 1\n"));
}

TEST_F(StageWatchTest, WithoutAWatchNothingHappens) {
  const StageWatch::Work work(nullptr, Stage::kMerge);
  EXPECT_EQ(stalled(seconds(20)), std::nullopt);
}

}  // namespace
}  // namespace inkling::app
