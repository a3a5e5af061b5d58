#include "ingest/latest_part.h"

#include <gtest/gtest.h>

namespace inkling::ingest {
namespace {

Timestamp at(std::int64_t second) { return Timestamp::from_seconds(second); }

const TimeRange kRange{at(0), at(100)};

TEST(LatestPartTest, GivesTheWholeRangeIfItFits) {
  EXPECT_EQ(latest_part({{at(10), 5}, {at(20), 5}}, kRange, 10), kRange);
  EXPECT_EQ(latest_part({}, kRange, 0), kRange);
}

TEST(LatestPartTest, LeavesOutTheEarliestFrames) {
  const TimeRange part = latest_part({{at(30), 5}, {at(10), 5}, {at(20), 5}}, kRange, 10);
  EXPECT_EQ(part, (TimeRange{at(10) + Duration(1), at(100)}));
}

TEST(LatestPartTest, KeepsOneFrameHoweverLarge) {
  const TimeRange part = latest_part({{at(30), 500}, {at(20), 5}}, kRange, 10);
  EXPECT_EQ(part, (TimeRange{at(20) + Duration(1), at(100)}));
}

}  // namespace
}  // namespace inkling::ingest
