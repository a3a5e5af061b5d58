#include "detect/silence_watch.h"

#include <gtest/gtest.h>

#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::new_year;

class SilenceWatchTest : public testing::Test {
 protected:
  SilenceWatchTest() {
    auto info = std::make_shared<SeriesInfo>();
    info->id = SeriesId{7};
    series_ = info;
  }
  void speak(double at) { watch_.note(series_, new_year(at), 1); }
  // The origin was heard of until then.
  void origin_at(double at, bool ends = false) {
    Watermark::Note note;
    note.origin = 1;
    note.latest = new_year(at);
    note.ends_origin = ends;
    origins_.note(note);
  }
  std::vector<SeriesPoint> collect(double watermark) {
    std::vector<SeriesPoint> points;
    watch_.collect(new_year(watermark), origins_, points);
    return points;
  }
  SeriesRef series_;
  SilenceWatch watch_;
  Watermark origins_{Duration(0)};
};

TEST_F(SilenceWatchTest, SaysOnceThatASeriesStopped) {
  for (int i = 0; i < 20; ++i) speak(60 * i);
  origin_at(5000);
  EXPECT_TRUE(collect(19 * 60 + 179).empty());
  const auto silent = collect(19 * 60 + 180);
  ASSERT_EQ(silent.size(), 1u);
  EXPECT_TRUE(silent[0].silence);
  EXPECT_EQ(silent[0].begin, new_year(19 * 60));
  EXPECT_EQ(silent[0].end, new_year(19 * 60 + 180));  // three periods
  EXPECT_TRUE(collect(5000).empty());
}

TEST_F(SilenceWatchTest, RowsWithoutValuesAreStale) {
  for (int i = 0; i < 20; ++i) speak(60 * i);
  for (int i = 20; i < 30; ++i) watch_.note(series_, new_year(60 * i), 1, false);
  origin_at(5000);
  const auto silent = collect(5000);
  ASSERT_EQ(silent.size(), 1u);
  EXPECT_TRUE(silent[0].silence);
  EXPECT_TRUE(silent[0].stale);
}

TEST_F(SilenceWatchTest, ASeriesThatSaidItEndsIsNotMissed) {
  for (int i = 0; i < 20; ++i) speak(60 * i);
  watch_.end(SeriesId{7});
  origin_at(20'000);
  EXPECT_TRUE(collect(20'000).empty());
  // It is watched again when it comes back, with its pause as the longest step.
  for (int i = 400; i < 420; ++i) speak(60 * i);
  origin_at(100'000);
  EXPECT_TRUE(collect(50'000).empty());
  EXPECT_EQ(collect(100'000).size(), 1u);
}

TEST_F(SilenceWatchTest, SaysItAgainAfterTheSeriesSpoke) {
  for (int i = 0; i < 20; ++i) speak(60 * i);
  origin_at(1e5);
  ASSERT_EQ(collect(2000).size(), 1u);
  for (int i = 0; i < 20; ++i) speak(2000 + 60 * i);
  // The gap of 14 minutes is a step it has shown: twice that is waited for.
  EXPECT_TRUE(collect(3140 + 1700).empty());
  EXPECT_EQ(collect(3140 + 1720).size(), 1u);
}

TEST_F(SilenceWatchTest, WaitsAMinuteAtLeast) {
  for (int i = 0; i < 20; ++i) speak(i);
  origin_at(1000);
  EXPECT_TRUE(collect(78).empty());
  EXPECT_EQ(collect(79).size(), 1u);
}

TEST_F(SilenceWatchTest, NeedsARhythm) {
  for (int i = 0; i < 9; ++i) speak(i);
  origin_at(1000);
  EXPECT_TRUE(collect(1000).empty());
}

TEST_F(SilenceWatchTest, SaysNothingOfAnOriginThatEnded) {
  for (int i = 0; i < 20; ++i) speak(i);
  origin_at(1000, true);
  EXPECT_TRUE(collect(1000).empty());
}

TEST_F(SilenceWatchTest, WaitsForAnOriginThatIsSilentItself) {
  for (int i = 0; i < 20; ++i) speak(i);
  origin_at(19);
  EXPECT_TRUE(collect(500).empty());
  EXPECT_TRUE(collect(1000).empty());
  origin_at(2000);  // it speaks again, without this series
  EXPECT_EQ(collect(2000).size(), 1u);
  EXPECT_TRUE(collect(3000).empty());
}

TEST_F(SilenceWatchTest, AnOriginComingBackWithTheSeriesIsNoSilence) {
  for (int i = 0; i < 20; ++i) speak(i);
  origin_at(19);
  EXPECT_TRUE(collect(500).empty());
  origin_at(600);
  speak(599);
  EXPECT_TRUE(collect(600).empty());
}

}  // namespace
}  // namespace inkling::detect
