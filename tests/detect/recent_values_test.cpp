// The ring that remembers the recent past of all series of a shard.
#include "detect/recent_values.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <vector>

#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::new_year;

std::vector<double> values_of(const std::vector<BandPoint>& points) {
  std::vector<double> values;
  for (const BandPoint& point : points) values.push_back(point.value);
  return values;
}

TEST(RecentValuesTest, KeepsValueAndBand) {
  RecentValues recent(4);
  const auto handle = recent.add(0, {new_year(10), 1e12 + 1, 1e12 - 4, 1e12 + 8});
  const std::vector<BandPoint> points = recent.last(handle, 9);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].time, new_year(10));
  EXPECT_EQ(points[0].value, 1e12 + 1);
  EXPECT_EQ(points[0].low, 1e12 - 4);
  EXPECT_EQ(points[0].high, 1e12 + 8);
}

TEST(RecentValuesTest, NothingIsKeptWithoutRoom) {
  RecentValues recent(0);
  EXPECT_EQ(recent.add(0, {new_year(10), 1, 0, 2}), 0u);
  EXPECT_TRUE(recent.last(0, 9).empty());
}

// Like a deque per series of what is among the last `capacity` entries of all.
TEST(RecentValuesTest, GivesEachSeriesWhatIsLeftOfItsPast) {
  constexpr std::size_t kCapacity = 50;
  constexpr std::size_t kMost = 12;
  const unsigned seed = 7;
  std::mt19937 random(seed);
  RecentValues recent(kCapacity);
  std::map<int, RecentValues::Handle> latest;
  std::deque<std::pair<int, double>> all;
  for (int i = 0; i < 5000; ++i) {
    const int series = static_cast<int>(random() % 9);
    const double value = static_cast<double>(random() % 1000);
    latest[series] = recent.add(latest[series], {new_year(i), value, 0, 0});
    all.emplace_back(series, value);
    if (all.size() > kCapacity) all.pop_front();
    const int asked = static_cast<int>(random() % 9);
    std::deque<double> expected;
    for (const auto& [owner, kept] : all) {
      if (owner == asked) expected.push_back(kept);
      if (expected.size() > kMost) expected.pop_front();
    }
    ASSERT_EQ(values_of(recent.last(latest[asked], kMost)),
              std::vector<double>(expected.begin(), expected.end()))
        << "seed " << seed << ", step " << i;
  }
}

}  // namespace
}  // namespace inkling::detect
