#include "correlate/version_split.h"

#include <gtest/gtest.h>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

ServiceCount count(int slot_offset, const std::string& version, std::uint64_t requests,
                   std::uint64_t failures) {
  ServiceCount result;
  result.slot = slot_of(kNoon) + slot_offset;
  result.service = "cart";
  result.version = version;
  result.requests = result.records = requests;
  result.failures = result.error_records = failures;
  return result;
}

TEST(VersionSplitTest, WorseNewVersionIsEvidence) {
  EXPECT_GT(version_log_bayes_factor({1000, 100, 1000, 5, 0.005}), 10);
}

TEST(VersionSplitTest, PlentyOfDataWithoutDifferenceExonerates) {
  const double little = version_log_bayes_factor({50, 1, 50, 1, 0.02});
  const double plenty = version_log_bayes_factor({50'000, 1'000, 50'000, 1'000, 0.02});
  EXPECT_LT(plenty, -4);
  EXPECT_LT(plenty, little);
}

TEST(VersionSplitTest, BetterNewVersionSpeaksAgainst) {
  EXPECT_LT(version_log_bayes_factor({1000, 5, 1000, 100, 0.05}), -10);
}

TEST(VersionSplitTest, NothingToCompareSaysNothing) {
  EXPECT_EQ(version_log_bayes_factor({0, 0, 1000, 5, 0.01}), 0);
}

TEST(VersionSplitTest, ComparesTheSameMinutesAndSkipsTheColdStart) {
  const std::vector<ServiceCount> counts = {
      count(-10, "v1", 100, 1),                        // before the deploy: history
      count(1, "v1", 50, 0),    count(1, "v2", 5, 5),  // cold start
      count(10, "v1", 40, 1),   count(10, "v2", 60, 30),
      count(11, "v2", 500, 0),  // alone in its slot
  };
  const VersionCounts split = split_by_version(counts, "cart", "v2", kNoon);
  EXPECT_EQ(split.new_requests, 60U);
  EXPECT_EQ(split.new_failures, 30U);
  EXPECT_EQ(split.old_requests, 40U);
  EXPECT_EQ(split.old_failures, 1U);
  EXPECT_DOUBLE_EQ(split.new_share(), 0.6);
}

}  // namespace
}  // namespace inkling::correlate
