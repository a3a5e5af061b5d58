#include "detect/alarm_ticks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inkling::detect {
namespace {

class AlarmTicksTest : public testing::Test {
 protected:
  AlarmTicksTest() {
    options_.thresholds.resize(1);
    options_.thresholds[0].series = "cpu";
    options_.thresholds[0].windows = 2;
    options_.thresholds[0].out_of = 2;
    options_.thresholds[0].period = std::chrono::minutes(5);
    auto info = std::make_shared<SeriesInfo>();
    info->name = "cpu";
    info->id = SeriesId{7};
    series_ = info;
  }
  static Timestamp minute(double minutes) {
    return Timestamp::from_seconds(600'000 + static_cast<std::int64_t>(minutes * 60));
  }
  void note(AlarmTicks& ticks, double at) {
    SeriesPoint point;
    point.series = series_;
    point.begin = point.end = point.order = minute(at);
    point.period = std::chrono::minutes(1);
    ticks.note(point, 1);
  }
  // Minutes of the ticks.
  std::string collect(AlarmTicks& ticks, double watermark) {
    std::vector<SeriesPoint> points;
    ticks.collect(minute(watermark), origins_, points);
    std::string text;
    for (const SeriesPoint& point : points) {
      EXPECT_TRUE(point.tick);
      EXPECT_EQ(point.order, point.begin);
      text += std::to_string((point.begin - minute(0)) / std::chrono::minutes(1)) + " ";
    }
    return text;
  }

  DetectOptions options_;
  SeriesRef series_;
  Watermark origins_{Duration(0)};
};

TEST_F(AlarmTicksTest, ComeAtEachWindowEnd) {
  AlarmTicks ticks(options_);
  note(ticks, 2);
  EXPECT_EQ(collect(ticks, 4.9), "");
  EXPECT_EQ(collect(ticks, 5), "5 ");
  note(ticks, 11);
  EXPECT_EQ(collect(ticks, 16), "10 15 ");
}

TEST_F(AlarmTicksTest, EndWhenNothingCanChangeAnyMoreAndComeBackWithTheSeries) {
  AlarmTicks ticks(options_);
  note(ticks, 2);
  EXPECT_EQ(collect(ticks, 1000), "5 10 15 20 25 ");
  EXPECT_EQ(collect(ticks, 2000), "");
  note(ticks, 2001);
  EXPECT_EQ(collect(ticks, 2006), "2005 ");
}

TEST_F(AlarmTicksTest, AnEndedOriginHasNoMissingData) {
  AlarmTicks ticks(options_);
  note(ticks, 9);  // a value a minute: the window is full
  Watermark::Note ended;
  ended.origin = 1;
  ended.latest = minute(9);
  ended.ends_origin = true;
  origins_.note(ended);
  EXPECT_EQ(collect(ticks, 1000), "10 ");
  EXPECT_EQ(collect(ticks, 2000), "");
}

TEST_F(AlarmTicksTest, SeriesWithoutSuchALimitHaveNone) {
  options_.thresholds[0].series = "memory";
  AlarmTicks ticks(options_);
  note(ticks, 2);
  EXPECT_EQ(collect(ticks, 100), "");
}

}  // namespace
}  // namespace inkling::detect
