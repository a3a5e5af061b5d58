#include "sinks/axis_ticks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using test::night;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> texts;
  for (const Tick& tick : ticks) texts.push_back(tick.label);
  return texts;
}

TEST(ValueTicksTest, AreRound) {
  EXPECT_THAT(labels(value_ticks(0, 100, 4)), ElementsAre("0", "50", "100"));
  EXPECT_THAT(labels(value_ticks(0, 0.025, 5)),
              ElementsAre("0", "0.005", "0.010", "0.015", "0.020", "0.025"));
  EXPECT_THAT(labels(value_ticks(-3, 3, 3)), ElementsAre("-2", "0", "2"));
}

TEST(ValueTicksTest, StayFewInHugeAndTinyRanges) {
  for (const double width : {1e-12, 1e-3, 1.0, 1e9, 1e150}) {
    SCOPED_TRACE(width);
    const auto ticks = value_ticks(-width / 3, width, 4);
    EXPECT_GE(ticks.size(), 1u);
    EXPECT_LE(ticks.size(), 5u);
    for (const Tick& tick : ticks) EXPECT_LE(tick.label.size(), 12u) << tick.label;
  }
}

TEST(TimeTicksTest, FallOnRoundTimes) {
  EXPECT_THAT(labels(time_ticks({night(100), night(1490)}, 5)),
              ElementsAre("02:05", "02:10", "02:15", "02:20"));
  EXPECT_THAT(labels(time_ticks({night(3), night(27)}, 5)),
              ElementsAre("02:00:05", "02:00:10", "02:00:15", "02:00:20", "02:00:25"));
}

TEST(TimeTicksTest, NameDaysInLongRanges) {
  EXPECT_THAT(labels(time_ticks({night(0), night(4 * 86'400)}, 5)),
              ElementsAre("03-15", "03-16", "03-17", "03-18"));
  EXPECT_THAT(labels(time_ticks({night(0), night(36 * 3600)}, 5)),
              ElementsAre("12:00", "03-15", "12:00"));
}

TEST(TimeTicksTest, StayFewOverYears) {
  EXPECT_THAT(time_ticks({night(0), night(30LL * 365 * 86'400)}, 5), SizeIs(testing::Le(6)));
}

TEST(TimeTicksTest, AreNoneInAnEmptyRange) {
  EXPECT_THAT(time_ticks({night(0), night(0)}, 5), IsEmpty());
}

}  // namespace
}  // namespace inkling::sinks
