#include "correlate/onset_search.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "correlate/robust_deviation.h"

namespace inkling::correlate {
namespace {

std::vector<double> noise(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(100, 2);
  std::vector<double> values(count);
  for (double& value : values) value = normal(random);
  return values;
}

double scale_of(const std::vector<double>& values) {
  return robust_scale(noise_before_change(values), median(values), NAN, 1);
}

TEST(OnsetSearchTest, FindsAStep) {
  std::vector<double> values = noise(120, 1);
  for (std::size_t i = 90; i < values.size(); ++i) values[i] += 40;
  const auto found = find_earliest_change(values, scale_of(values));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 90U);
}

TEST(OnsetSearchTest, FindsAStepInTheLastValue) {
  std::vector<double> values = noise(120, 2);
  values.back() += 80;
  const auto found = find_earliest_change(values, scale_of(values));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 119U);
}

TEST(OnsetSearchTest, FollowsARampBackToItsFoot) {
  std::vector<double> values = noise(170, 3);
  for (std::size_t i = 30; i < values.size(); ++i) values[i] += 2.0 * static_cast<double>(i - 30);
  const auto found = find_earliest_change(values, scale_of(values));
  ASSERT_TRUE(found);
  EXPECT_GE(found->index, 30U);
  EXPECT_LE(found->index, 42U);
}

TEST(OnsetSearchTest, StaysSilentOnNoise) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::vector<double> values = noise(180, 1000 + seed);
    found += find_earliest_change(values, scale_of(values)) ? 1 : 0;
  }
  EXPECT_EQ(found, 0);
}

TEST(OnsetSearchTest, FindsTheStepBehindADrift) {
  std::vector<double> values = noise(120, 5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] += 1.0 * static_cast<double>(i) + (i >= 100 ? 200 : 0);
  }
  const auto found = find_earliest_change(values, scale_of(values));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 100U);
  EXPECT_TRUE(found->drifting);
}

TEST(OnsetSearchTest, NeedsAPast) {
  EXPECT_FALSE(find_earliest_change(std::vector<double>{1, 9, 9, 9}, 1));
  EXPECT_FALSE(find_earliest_change({}, 1));
}

}  // namespace
}  // namespace inkling::correlate
